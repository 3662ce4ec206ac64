import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { defaultAccount, startEmulator } from '../src/index.ts'
import { element, elements, signedClient, type Target } from './signed-client.ts'

// The folder is inside the package, where the bundle finds the native module.
const cli = fileURLToPath(new URL('../node_modules/.cache/oss-emulator/cli.mjs', import.meta.url))
let dataDir: string
let running: ChildProcess | undefined

beforeAll(async () => {
  const entryPoints = [fileURLToPath(new URL('../src/cli.ts', import.meta.url))]
  const packages = ['lmdb', 'fast-xml-parser', 'selfsigned', 'jimp']
  await build({ entryPoints, outfile: cli, bundle: true, platform: 'node', format: 'esm', external: packages })
})
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'oss-emulator-'))
})
afterEach(async () => {
  await kill()
  await rm(dataDir, { recursive: true, force: true })
})

/** Starts a server process over the data folder, and resolves with where it listens. */
async function start(): Promise<Target> {
  running = spawn(process.execPath, [cli, '--port', '0', '--data', dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: running.stdout! })) {
    const port = /^ {2}endpoint +http:\/\/127\.0\.0\.1:(\d+)$/.exec(line)?.[1]
    if (port === undefined) continue
    running.stdout!.resume()
    return { ...defaultAccount, port: Number(port), region: 'cn-hangzhou' }
  }
  throw new Error('the emulator did not start')
}

/** Ends the server process as a crash would. */
async function kill(): Promise<void> {
  if (running === undefined || running.exitCode !== null || running.signalCode !== null) return
  running.kill('SIGKILL')
  await once(running, 'exit')
}

async function blobFiles(): Promise<string[]> {
  const entries = await readdir(join(dataDir, 'blobs'), { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
}

const bucket = 'kept-bucket'

test('what was acknowledged is there after SIGKILL, and an upload can go on', async () => {
  const first = signedClient(await start())
  const cors =
    '<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>'
  await first('PUT', { bucket })
  await first('PUT', { bucket, query: { cors: null }, body: cors })
  await first('PUT', { bucket, key: '空 😀', body: 'old', headers: { 'x-oss-meta-a': 'b', 'x-oss-tagging': 'k=v' } })
  await first('PUT', { bucket, key: '空 😀', body: 'new', headers: { 'x-oss-meta-a': 'c', 'x-oss-tagging': 'k=v' } })
  await first('PUT', { bucket, key: 'gone', body: 'a' })
  await first('DELETE', { bucket, key: 'gone' })
  const initiated = await first('POST', { bucket, key: 'big', query: { uploads: null } })
  const uploadId = element(initiated.text, 'UploadId')!
  await first('PUT', { bucket, key: 'big', query: { uploadId, partNumber: '1' }, body: Buffer.alloc(102_400, 'a') })
  await kill()

  const second = signedClient(await start())
  const get = await second('GET', { bucket, key: '空 😀' })
  expect([get.text, get.headers['x-oss-meta-a'], get.headers['x-oss-tagging-count']]).toEqual(['new', 'c', '1'])
  expect(elements((await second('GET', { bucket })).text, 'Key')).toEqual(['空 😀'])
  expect((await second('GET', { bucket, query: { cors: null } })).status).toBe(200)
  await second('PUT', { bucket, key: 'big', query: { uploadId, partNumber: '2' }, body: 'tail' })
  const headers = { 'x-oss-complete-all': 'yes' }
  expect((await second('POST', { bucket, key: 'big', query: { uploadId }, headers })).status).toBe(200)
  await kill()

  const third = signedClient(await start())
  const big = await third('GET', { bucket, key: 'big' })
  expect(big.bytes.equals(Buffer.concat([Buffer.alloc(102_400, 'a'), Buffer.from('tail')]))).toBe(true)
  expect(await blobFiles()).toHaveLength(3)
})

test('of writes under way when the process is killed, each is there as a whole or not at all', async () => {
  const first = signedClient(await start())
  await first('PUT', { bucket })
  const acknowledged = new Set<string>()
  const body = (index: number) => Buffer.alloc(200_000 + index, index)
  const puts = Array.from({ length: 40 }, async (_, index) => {
    const { status } = await first('PUT', { bucket, key: String(index), body: body(index) })
    if (status === 200) acknowledged.add(String(index))
    if (acknowledged.size === 10) await kill()
  })
  await Promise.allSettled(puts)
  await kill()

  const second = signedClient(await start())
  const keys = elements((await second('GET', { bucket })).text, 'Key')
  expect(keys).toEqual(expect.arrayContaining([...acknowledged]))
  expect(acknowledged.size).toBeGreaterThanOrEqual(10)
  for (const key of keys) {
    const { bytes } = await second('GET', { bucket, key })
    expect(bytes.equals(body(Number(key)))).toBe(true)
  }
  expect(await blobFiles()).toHaveLength(keys.length)
})

test('bytes that no object names are removed at the start', async () => {
  const first = signedClient(await start())
  await first('PUT', { bucket })
  await first('PUT', { bucket, key: 'key', body: 'kept' })
  await kill()
  await mkdir(join(dataDir, 'blobs', 'ff'), { recursive: true })
  await writeFile(join(dataDir, 'blobs', 'ff', 'ff000000-orphan'), 'torn')
  await writeFile(join(dataDir, 'blobs', 'incoming', 'half'), 'torn')

  const second = signedClient(await start())
  expect((await second('GET', { bucket, key: 'key' })).text).toBe('kept')
  expect(await blobFiles()).toHaveLength(1)
})

test('what is refused while it is being written changes nothing on disk', async () => {
  await using emulator = await startEmulator({ dataDir })
  const client = signedClient(emulator)
  await client('PUT', { bucket })
  for (const key of ['😀', '\uffff', 'a/b', 'a']) await client('PUT', { bucket, key, body: 'kept' })
  const headers = { 'x-oss-forbid-overwrite': 'true' }
  const overwrites = await Promise.all(
    ['x', 'y', 'z'].map((body) => client('PUT', { bucket, key: 'once', body, headers })),
  )
  expect(overwrites.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409, 409])
  expect((await client('DELETE', { bucket })).status).toBe(409)
  expect(elements((await client('GET', { bucket })).text, 'Key')).toEqual(['a', 'a/b', 'once', '\uffff', '😀'])
  expect(await blobFiles()).toHaveLength(5)
})

test('one folder is used by one emulator, by whatever path and however many start at once', async () => {
  const byLink = join(dataDir, 'link')
  const folder = join(dataDir, 'data')
  await mkdir(folder)
  await symlink(folder, byLink)
  const paths = [folder, relative('.', folder), byLink, folder]
  const started = await Promise.allSettled(paths.map((path) => startEmulator({ dataDir: path })))
  const running = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  for (const emulator of running) await emulator.close()
  expect(running).toHaveLength(1)
})

test('closing twice leaves the folder to who opened it meanwhile', async () => {
  const first = await startEmulator({ dataDir })
  await first.close()
  await using second = await startEmulator({ dataDir })
  await first.close()
  await expect(startEmulator({ dataDir })).rejects.toThrow('another emulator uses this folder')
  expect(second.port).toBeGreaterThan(0)
})

test('what is too long for the name of a record is refused on disk as elsewhere', async () => {
  await using emulator = await startEmulator({ dataDir })
  const client = signedClient(emulator)
  await client('PUT', { bucket })
  await client('PUT', { bucket, key: 'key', body: 'kept' })
  const long = 'x'.repeat(5000)
  const answers = [
    await client('GET', { bucket: long, key: 'key' }),
    await client('GET', { bucket, key: 'key', query: { uploadId: long } }),
    await signedClient({ ...emulator, accessKeyId: long })('GET', { bucket, key: 'key' }),
    await client('GET', { bucket, query: { 'list-type': '2', 'continuation-token': `Cg${long}` } }),
  ]
  const told = answers.map(({ status, text }) => [status, element(text, 'Code')])
  expect(told).toEqual([
    [400, 'InvalidBucketName'],
    [404, 'NoSuchUpload'],
    [403, 'InvalidAccessKeyId'],
    [200, undefined],
  ])
})

test('what is put is kept although what it replaces cannot be removed', async () => {
  await using emulator = await startEmulator({ dataDir })
  const client = signedClient(emulator)
  await client('PUT', { bucket })
  await client('PUT', { bucket, key: 'key', body: 'old' })
  const [old = ''] = await blobFiles()
  const path = join(dataDir, 'blobs', old.slice(0, 2), old)
  await rm(path)
  await mkdir(path)
  expect((await client('PUT', { bucket, key: 'key', body: 'new' })).status).toBe(200)
  expect((await client('GET', { bucket, key: 'key' })).text).toBe('new')
})

test('an object whose access is noted is read to its end while it is deleted', async () => {
  await using emulator = await startEmulator({ dataDir })
  const client = signedClient(emulator)
  const body = '<AccessMonitorConfiguration><Status>Enabled</Status></AccessMonitorConfiguration>'
  await client('PUT', { bucket })
  await client('PUT', { bucket, query: { accessmonitor: null }, body })
  for (let round = 0; round < 50; round++) {
    await client('PUT', { bucket, key: 'key', body: 'whole' })
    const [get] = await Promise.all([client('GET', { bucket, key: 'key' }), client('DELETE', { bucket, key: 'key' })])
    expect(get.status === 404 ? 'whole' : get.text).toBe('whole')
  }
})

test('a body that breaks off leaves neither object nor file', async () => {
  const log = new EventEmitter()
  const refused = once(log, 'torn')
  const info = (line: string) => void (line.includes('/torn') && log.emit('torn', line))
  await using emulator = await startEmulator({ dataDir, logger: { info, error: () => {} } })
  const client = signedClient(emulator)
  await client('PUT', { bucket, headers: { 'x-oss-acl': 'public-read-write' } })
  const socket = connect(emulator.port, '127.0.0.1')
  socket.write(`PUT /${bucket}/torn HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nonly this`)
  socket.end()
  expect((await refused)[0]).toContain('IncompleteBody')
  expect((await client('HEAD', { bucket, key: 'torn' })).status).toBe(404)
  expect(await blobFiles()).toEqual([])
})

test('a folder says in which format it is written, and is refused by who reads another', async () => {
  await (await startEmulator({ dataDir })).close()
  const path = join(dataDir, 'format')
  expect(await readFile(path, 'utf8')).toBe('1\n')
  await writeFile(path, '2\n')
  const blob = join(dataDir, 'blobs', 'ff', 'ff000000-of-format-2')
  await mkdir(join(dataDir, 'blobs', 'ff'), { recursive: true })
  await writeFile(blob, 'kept')
  await expect(startEmulator({ dataDir })).rejects.toThrow('written in format 2, and this emulator reads 1')
  expect(await readFile(blob, 'utf8')).toBe('kept')
  await writeFile(path, '1\n')
  await using emulator = await startEmulator({ dataDir })
  expect(emulator.port).toBeGreaterThan(0)
})
