/** Keeps a folder in a bucket. `node backup.mjs --help` tells how. */
import { mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createClient, environmentCredentials } from '@oss-js/node'
import { progressLine } from './progress-line.mjs'
import { down, list, up } from './transfers.mjs'

const usage = `node backup.mjs up FOLDER      uploads what is new or has changed in a folder
node backup.mjs down FOLDER    downloads what is missing or differs in a folder
node backup.mjs list           lists what is there

  --prefix NAME       the folder in the bucket (its top)
  --include GLOB      up: takes these paths only; may be repeated
  --exclude GLOB      up: leaves these paths out; may be repeated
  --symlinks WORD     up: follow, skip or error (error)
  --parallel N        files, and parts of a file, under way at once (4)
  --checkpoints DIR   where it is kept how far large files are (${join('~', '.oss-backup')})

Nothing is deleted. What ^C, or anything else, broke off goes on when the same command is run again.
OSS_REGION, OSS_BUCKET, OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET say where to and who asks; OSS_ENDPOINT and OSS_SESSION_TOKEN may.
Exit code: 0, 1 if something failed, 2 for wrong use, 130 after ^C.`

const exitCodes = { failed: 1, wrongUse: 2, stopped: 130 }

const { command, folder, values } = readArguments()
if (values.help) {
  console.log(usage)
  process.exit()
}

const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stopping.abort())
// Whoever reads no further, as `head` does, wants no more.
process.stdout.once('error', (/** @type {NodeJS.ErrnoException} */ { code }) =>
  process.exit(code === 'EPIPE' ? undefined : exitCodes.failed),
)
const line = progressLine(process.stderr)
const backup = await open().catch((error) => refuse(wordsOf(error)))
try {
  if (command === 'list') await printList()
  if (command === 'up') tell('uploaded', await up(backup, folder, filters()))
  if (command === 'down') tell('downloaded', await down(backup, folder))
} catch (error) {
  line.clear()
  const isStopped = error === stopping.signal.reason
  console.error(isStopped ? 'Stopped. Run the same command again to go on.' : wordsOf(error))
  process.exitCode = isStopped ? exitCodes.stopped : exitCodes.failed
}

/** @returns {Promise<import('./transfers.mjs').Backup>} */
async function open() {
  const region = setting('OSS_REGION')
  const endpoint = process.env.OSS_ENDPOINT || undefined
  const checkpointDir = values.checkpoints ?? join(homedir(), '.oss-backup')
  await mkdir(checkpointDir, { recursive: true })
  return {
    client: createClient({ region, endpoint, credentialsProvider: environmentCredentials() }),
    bucket: setting('OSS_BUCKET'),
    prefix: values.prefix.replace(/(?<=[^/])$/, '/'),
    checkpoints: { checkpointDir, checkpointScope: endpoint ?? region },
    parallel: values.parallel,
    signal: stopping.signal,
    onProgress: ({ files, bytes, totalBytes }) => line.show(`${count(files)}, ${size(bytes)} of ${size(totalBytes)}`),
  }
}

async function printList() {
  let files = 0
  let bytes = 0
  for await (const { path, size: objectBytes, lastModified } of list(backup)) {
    console.log(`${String(objectBytes).padStart(14)}  ${lastModified?.toISOString() ?? ''}  ${printable(path)}`)
    files += 1
    bytes += objectBytes
  }
  console.error(`${count(files)}, ${size(bytes)}`)
}

/** @param {string} done @param {import('./transfers.mjs').Outcome} outcome */
function tell(done, { files, bytes, resumedBytes, unchanged, failures }) {
  line.clear()
  for (const { path, error } of failures) console.error(`${printable(path)}: ${wordsOf(error)}`)
  const resumed = resumedBytes > 0 ? `, ${size(resumedBytes)} of them in an earlier run` : ''
  console.log(`${count(files)} ${done} (${size(bytes)}${resumed}), ${unchanged} unchanged, ${failures.length} failed`)
  if (failures.length > 0) process.exitCode = exitCodes.failed
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        prefix: { type: 'string', default: '' },
        include: { type: 'string', multiple: true },
        exclude: { type: 'string', multiple: true },
        symlinks: { type: 'string', default: 'error' },
        parallel: { type: 'string', default: '4' },
        checkpoints: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
    const [command = '', folder = '', ...others] = positionals
    const parallel = Number(values.parallel)
    if (values.help) return { command, folder, values: { ...values, parallel } }
    if (!['up', 'down', 'list'].includes(command)) throw new Error(`${command || 'no command'}: one of up, down, list`)
    if ((command === 'list') === (folder !== ''))
      throw new Error(`${command}: ${folder ? 'takes no' : 'which'} folder?`)
    if (others.length > 0) throw new Error(`${others[0]}: one folder is enough`)
    if (!['follow', 'skip', 'error'].includes(values.symlinks)) throw new Error('--symlinks: follow, skip or error')
    if (!/^[1-9]\d?$/.test(values.parallel)) throw new Error('--parallel: a whole number from 1 to 99')
    if (/^\/|\/\/|(^|\/)\.\.?(\/|$)/.test(values.prefix))
      throw new Error('--prefix: names, with single slashes between')
    return { command, folder, values: { ...values, parallel } }
  } catch (error) {
    return refuse(`${wordsOf(error)}\n\n${usage}`)
  }
}

/** @returns {import('@oss-js/node').FolderOptions} */
function filters() {
  const { include, exclude, symlinks } = values
  return { include, exclude, symlinks: /** @type {'follow' | 'skip' | 'error'} */ (symlinks) }
}

/** @param {string} name */
function setting(name) {
  return process.env[name] || refuse(`The environment variable ${name} is not set. --help tells more.`)
}

/** @param {string} problem @returns {never} */
function refuse(problem) {
  console.error(problem)
  process.exit(exitCodes.wrongUse)
}

/** @param {unknown} error */
function wordsOf(error) {
  return error instanceof Error ? error.message : String(error)
}

/** Names may hold what steers a terminal. @param {string} name */
function printable(name) {
  return /[\x00-\x1f\x7f-\x9f]/.test(name) ? JSON.stringify(name) : name
}

/** @param {number} files */
function count(files) {
  return `${files} ${files === 1 ? 'file' : 'files'}`
}

/** @param {number} bytes */
function size(bytes) {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}
