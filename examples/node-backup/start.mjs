/** Shows the backup with a local OSS. `node start.mjs --once` ends after a folder went up, and down again. */
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startEmulator } from '@oss-js/emulator'
import { createClient, putBucket } from '@oss-js/node'

const { once } = parseArgs({ options: { once: { type: 'boolean', default: false } } }).values

const emulator = await startEmulator()
const { region, endpoint, accessKeyId, accessKeySecret } = emulator
const env = {
  OSS_REGION: region,
  OSS_ENDPOINT: endpoint,
  OSS_BUCKET: 'backup',
  OSS_ACCESS_KEY_ID: accessKeyId,
  OSS_ACCESS_KEY_SECRET: accessKeySecret,
}
await putBucket(createClient({ region, endpoint, credentialsProvider: { accessKeyId, accessKeySecret } }), {
  bucket: env.OSS_BUCKET,
})
const folder = await mkdtemp(join(tmpdir(), 'oss-js-backup-'))
const close = async () => {
  await emulator.close()
  await rm(folder, { recursive: true })
}

try {
  const film = await fill(join(folder, 'holiday'))
  await backup('up', join(folder, 'holiday'))
  await backup('up', join(folder, 'holiday'))
  await backup('list')
  await backup('down', join(folder, 'restored'))
  const restored = await readFile(join(folder, 'restored', 'day 2', 'film.mov'))
  if (!restored.equals(film)) throw new Error('the film is not what it was')
  console.log('\nChecked: what came down is what went up.')
} catch (error) {
  console.error(`The check failed: ${/** @type {Error} */ (error).message}`)
  process.exitCode = 1
}

if (once || process.exitCode) {
  await close()
} else {
  const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  console.log(`\nThe local OSS runs until ^C. In another terminal:\n\n  export ${settings.join(' ')}
  node backup.mjs up FOLDER --prefix mine --checkpoints ${folder}`)
  process.once('SIGINT', () => void close())
  process.once('SIGTERM', () => void close())
}

/** @param {string} holiday */
async function fill(holiday) {
  const film = Buffer.from(new Uint8Array(20_000_000).map((_, index) => (index * 7 + (index >> 8)) % 251))
  await mkdir(join(holiday, 'day 2'), { recursive: true })
  await writeFile(join(holiday, 'diary.txt'), '杭州, 西湖\n')
  await writeFile(join(holiday, 'day 2', 'film.mov'), film)
  return film
}

/** @param {string[]} words */
async function backup(...words) {
  console.log(`\n$ node backup.mjs ${words.join(' ')}`)
  const program = fileURLToPath(new URL('backup.mjs', import.meta.url))
  const args = [program, ...words, '--prefix', 'holiday', '--checkpoints', folder]
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: 'inherit' })
  /** @type {number | null} */
  const code = await new Promise((resolve) => child.once('exit', resolve))
  if (code !== 0) throw new Error(`${words[0]} ended with ${code}`)
}
