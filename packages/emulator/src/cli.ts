import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { isLoopbackHost } from './addressing.ts'
import { type Emulator, startEmulator } from './emulator.ts'
import type { Fault } from './faults/fault.ts'
import { readFaultLine, readFaults } from './faults/read-faults.ts'
import type { Account, EmulatorOptions } from './settings.ts'

const usage = `Usage: oss-emulator [options]

Starts a local OSS and STS server for development and tests.

  --port N                 TCP port (default 9000)
  --host ADDRESS           address to listen on (default 127.0.0.1)
  --data DIR               folder that keeps everything (default ./oss-data)
  --memory                 keep everything in memory instead
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
  --faults FILE            what goes wrong on purpose, as a JSON list of faults
  --fault WORDS            a fault in one line, such as operation=UploadPart,nth=3,status=503;
                           may be repeated
  --seed TEXT              the same ids every time; with --memory only
  --force                  start although NODE_ENV is production
  --help                   show this text
`

const optionTypes = {
  port: { type: 'string', default: '9000' },
  host: { type: 'string', default: '127.0.0.1' },
  data: { type: 'string', default: 'oss-data' },
  memory: { type: 'boolean', default: false },
  https: { type: 'boolean', default: false },
  cert: { type: 'string' },
  key: { type: 'string' },
  region: { type: 'string', default: 'cn-hangzhou' },
  'allow-host': { type: 'string', multiple: true, default: [] as string[] },
  cname: { type: 'string', multiple: true, default: [] as string[] },
  'minimum-token-seconds': { type: 'string', default: '900' },
  account: { type: 'string', multiple: true, default: [] as string[] },
  'cors-allow-all': { type: 'boolean', default: false },
  'block-public-access': { type: 'boolean', default: false },
  faults: { type: 'string' },
  fault: { type: 'string', multiple: true, default: [] as string[] },
  seed: { type: 'string' },
  force: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

function readNumber(name: string, text: string): number {
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

async function readHttps({ https, cert, key }: { https: boolean; cert?: string; key?: string }) {
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

/** Reads the command line. Undefined when it asks for help. */
async function readOptions(args: readonly string[]): Promise<EmulatorOptions | undefined> {
  const { values } = parseArgs({ args: [...args], options: optionTypes, strict: true })
  if (values.help) return undefined
  checkEnvironment(values.force)
  return {
    port: readNumber('port', values.port),
    host: values.host,
    ...(!values.memory && { dataDir: values.data }),
    https: await readHttps(values),
    region: values.region,
    allowedHosts: values['allow-host'],
    cnames: Object.fromEntries(values.cname.map(readCname)),
    ...(values.account.length > 0 && { accounts: values.account.map(readAccount) }),
    corsAllowAll: values['cors-allow-all'],
    blockPublicAccessByDefault: values['block-public-access'],
    faults: await readFaultOptions(values.faults, values.fault),
    ...(values.seed !== undefined && { seed: values.seed }),
    minimumTokenSeconds: readNumber('minimum-token-seconds', values['minimum-token-seconds']),
    logger: { info: (line) => console.log(line), error: (line) => console.error(line) },
  }
}

function announcement(emulator: Emulator, options: EmulatorOptions): string {
  const storage = options.dataDir === undefined ? 'memory' : options.dataDir
  const warning = isLoopbackHost(options.host ?? '127.0.0.1')
    ? ''
    : '\nWARNING: it listens beyond this machine, and its key is public knowledge.\n'
  return `OSS emulator, for development and tests only.

  endpoint           ${emulator.endpoint}
  STS endpoint       ${emulator.stsEndpoint}
  status page        ${emulator.endpoint}/_emulator
  region             ${emulator.region}
  access key id      ${emulator.accessKeyId}
  access key secret  ${emulator.accessKeySecret}
  role ARN           ${emulator.roleArn}
  data               ${storage}
${warning}`
}

async function run(args: readonly string[]): Promise<void> {
  const options = await readOptions(args)
  if (options === undefined) return void console.log(usage)
  const emulator = await startEmulator(options)
  console.log(announcement(emulator, options))
  const stop = (): void => void emulator.close().then(() => process.exit(0))
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

run(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
})
