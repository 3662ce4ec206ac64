import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { readConfig } from './config-file.ts'
import type { Fault } from './faults/fault.ts'
import { readFaultLine, readFaults } from './faults/read-faults.ts'
import type { Account } from './identities.ts'
import type { EmulatorOptions } from './settings.ts'

/** What `--help` shows. */
export const usage = `Usage: oss-emulator [options]

Starts a local OSS and STS server for development and tests.

  --port N                 TCP port (default 9000)
  --host ADDRESS           address to listen on (default 127.0.0.1)
  --data DIR               folder that keeps everything (default ./oss-data)
  --memory                 keep everything in memory instead
  --config FILE            options, accounts, users, roles and faults in JSON; the command line wins
  --https                  serve HTTPS, with a certificate that is made unless one is given
  --cert FILE              certificate in PEM, with --key
  --key FILE               its private key in PEM
  --region REGION          region that signatures must name (default cn-hangzhou)
  --account ID:SECRET[:ACCOUNT]  a key that may sign, and its account; may be repeated
                           (default one well-known key)
  --allow-host NAME        a further host name to be reached under, .NAME with all below it;
                           may be repeated
  --cname HOST=BUCKET      bind a host name to a bucket; may be repeated
  --minimum-token-seconds N  least lifetime of temporary credentials (default 900)
  --cors-allow-all         let every origin in where a bucket has no CORS rules
  --block-public-access    block public access of every bucket that is made
  --sealing                let appendable objects be sealed
  --faults FILE            what goes wrong on purpose, as a JSON list of faults
  --fault WORDS            a fault in one line, such as operation=UploadPart,nth=3,status=503;
                           may be repeated
  --seed TEXT              the same ids every time; with --memory only
  --force                  start although NODE_ENV is production
  --help                   show this text
`

const optionTypes = {
  port: { type: 'string' },
  host: { type: 'string' },
  data: { type: 'string' },
  memory: { type: 'boolean' },
  config: { type: 'string' },
  https: { type: 'boolean' },
  cert: { type: 'string' },
  key: { type: 'string' },
  region: { type: 'string' },
  account: { type: 'string', multiple: true },
  'allow-host': { type: 'string', multiple: true },
  cname: { type: 'string', multiple: true },
  'minimum-token-seconds': { type: 'string' },
  'cors-allow-all': { type: 'boolean' },
  'block-public-access': { type: 'boolean' },
  sealing: { type: 'boolean' },
  faults: { type: 'string' },
  fault: { type: 'string', multiple: true },
  seed: { type: 'string' },
  force: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

/** What is used where neither the command line nor a configuration says anything. */
const defaults: EmulatorOptions = { port: 9000, dataDir: 'oss-data' }

function readNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^\d+$/.test(text)) return Number(text)
  throw new TypeError(`--${name}: a number, got ${text}`)
}

function readCname(text: string): [host: string, bucket: string] {
  const equals = text.indexOf('=')
  if (equals > 0 && equals < text.length - 1) return [text.slice(0, equals), text.slice(equals + 1)]
  throw new TypeError(`--cname: HOST=BUCKET, got ${text}`)
}

function readAccount(text: string): Account {
  const [accessKeyId, accessKeySecret, accountId, ...rest] = text.split(':')
  if (!accessKeyId || !accessKeySecret || accountId === '' || rest.length > 0) {
    throw new TypeError('--account: ID:SECRET or ID:SECRET:ACCOUNT')
  }
  return { accessKeyId, accessKeySecret, ...(accountId !== undefined && { accountId }) }
}

async function readHttps({ https, cert, key }: { https?: boolean; cert?: string; key?: string }) {
  if (cert === undefined && key === undefined) return https
  if (cert === undefined || key === undefined) throw new TypeError('--cert and --key: both or none')
  return { certificate: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') }
}

async function readFaultOptions(file: string | undefined, lines: readonly string[]): Promise<Fault[]> {
  const fromFile = file === undefined ? [] : readFaults(await readFile(file, 'utf8'), file)
  return [...fromFile, ...lines.map((line) => readFaultLine(line, '--fault'))]
}

/** Throws where real users are served, unless forced. */
function checkEnvironment(isForced: boolean): void {
  if (isForced || process.env.NODE_ENV !== 'production') return
  throw new Error('NODE_ENV is production, and this server is for development and tests. --force starts it anyway.')
}

/** Leaves out what is not given, so that it does not hide what lies below. */
const given = (
  options: { readonly [Name in keyof EmulatorOptions]: EmulatorOptions[Name] | undefined },
): EmulatorOptions => Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))

/** Reads the command line, and the files that it names. Undefined when it asks for help. */
export async function readOptions(args: readonly string[]): Promise<EmulatorOptions | undefined> {
  const { values } = parseArgs({ args: [...args], options: optionTypes, strict: true })
  if (values.help) return undefined
  checkEnvironment(values.force === true)
  const { config: file } = values
  const config = file === undefined ? {} : readConfig(await readFile(file, 'utf8'), file)
  const faults = await readFaultOptions(values.faults, values.fault ?? [])
  const { dataDir, ...options } = {
    ...defaults,
    ...config,
    ...given({
      port: readNumber('port', values.port),
      host: values.host,
      dataDir: values.data,
      https: await readHttps(values),
      region: values.region,
      allowedHosts: values['allow-host'],
      cnames: values.cname && Object.fromEntries(values.cname.map(readCname)),
      accounts: values.account?.map(readAccount),
      corsAllowAll: values['cors-allow-all'],
      blockPublicAccessByDefault: values['block-public-access'],
      sealing: values.sealing,
      seed: values.seed,
      minimumTokenSeconds: readNumber('minimum-token-seconds', values['minimum-token-seconds']),
    }),
    faults: [...(config.faults ?? []), ...faults],
  }
  return values.memory === true || dataDir === undefined ? options : { ...options, dataDir }
}
