import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { connect } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { readOptions } from '../src/command-line.ts'
import { send, signedClient } from './signed-client.ts'

// The folder is inside the package, where the bundle finds the native module.
const cli = fileURLToPath(new URL('../node_modules/.cache/oss-emulator-cli/cli.mjs', import.meta.url))

beforeAll(async () => {
  const entryPoints = [fileURLToPath(new URL('../src/cli.ts', import.meta.url))]
  const packages = ['lmdb', 'fast-xml-parser', 'selfsigned', 'jimp']
  await build({ entryPoints, outfile: cli, bundle: true, platform: 'node', format: 'esm', external: packages })
})

/** Starts a server that forgets everything, and resolves with its port. */
async function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  const running = spawn(process.execPath, [cli, '--port', '0', '--memory', ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(async () => {
    running.kill()
    await once(running, 'exit')
  })
  for await (const line of createInterface({ input: running.stdout })) {
    const port = /^ {2}endpoint +https?:\/\/127\.0\.0\.1:(\d+)$/.exec(line)?.[1]
    if (port === undefined) continue
    running.stdout.resume()
    return Number(port)
  }
  throw new Error('the emulator did not start')
}

const failure = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> =>
  promisify(execFile)(process.execPath, [cli, '--port', '0', '--memory', ...args], {
    env: { ...process.env, ...env },
  }).then(
    () => 'none',
    ({ stderr }: { stderr: string }) => stderr.trim(),
  )

test('the help names every option', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [cli, '--help'])
  const options = [...stdout.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, name]) => name)
  expect(options).toEqual([
    '--port',
    '--host',
    '--data',
    '--memory',
    '--config',
    '--https',
    '--cert',
    '--key',
    '--region',
    '--account',
    '--allow-host',
    '--cname',
    '--minimum-token-seconds',
    '--cors-allow-all',
    '--block-public-access',
    '--sealing',
    '--faults',
    '--fault',
    '--seed',
    '--force',
    '--help',
  ])
})

test('every option of the command line is an option of the emulator', async () => {
  const options = await readOptions([
    ...['--port', '9100', '--host', '::1', '--data', 'kept', '--region', 'cn-beijing', '--https', '--seed', 'one'],
    ...[
      '--account',
      'id:secret',
      '--account',
      'id-2:secret-2:1002',
      '--allow-host',
      'a.test',
      '--allow-host',
      '.b.test',
    ],
    ...[
      '--cname',
      'files.test=files',
      '--cname',
      'pages.test=pages',
      '--minimum-token-seconds',
      '60',
      '--cors-allow-all',
    ],
    ...['--block-public-access', '--sealing', '--fault', 'status=503'],
  ])
  expect(options).toEqual({
    port: 9100,
    host: '::1',
    dataDir: 'kept',
    region: 'cn-beijing',
    https: true,
    seed: 'one',
    accounts: [
      { accessKeyId: 'id', accessKeySecret: 'secret' },
      { accessKeyId: 'id-2', accessKeySecret: 'secret-2', accountId: '1002' },
    ],
    allowedHosts: ['a.test', '.b.test'],
    cnames: { 'files.test': 'files', 'pages.test': 'pages' },
    minimumTokenSeconds: 60,
    corsAllowAll: true,
    blockPublicAccessByDefault: true,
    sealing: true,
    faults: [{ match: {}, status: 503 }],
  })
  expect(await readOptions([])).toEqual({ port: 9000, dataDir: 'oss-data', faults: [] })
  expect(await readOptions(['--memory'])).toEqual({ port: 9000, faults: [] })
})

test('whoever opens it beyond this machine is warned', async () => {
  const running = spawn(process.execPath, [cli, '--port', '0', '--memory', '--host', '0.0.0.0'])
  onTestFinished(async () => {
    running.kill()
    await once(running, 'exit')
  })
  let told = ''
  while (!told.includes('WARNING') || !told.endsWith('\n')) told += String((await once(running.stdout, 'data'))[0])
  expect(told).toMatch(/^ {2}endpoint +http:\/\/127\.0\.0\.1:\d+$/m)
  expect(told).toContain('WARNING: it listens beyond this machine, and its key is public knowledge.')
})

test('keys of several accounts are given on the command line', async () => {
  const port = await start(['--account', 'key-1:secret-1:1001', '--account', 'key-2:secret-2:1002'])
  const as = (number: number) =>
    signedClient({ port, region: 'cn-hangzhou', accessKeyId: `key-${number}`, accessKeySecret: `secret-${number}` })
  expect((await as(1)('PUT', { bucket: 'first-bucket' })).status).toBe(200)
  expect((await as(2)('GET', { bucket: 'first-bucket' })).status).toBe(403)
  expect((await as(3)('GET', { bucket: 'first-bucket' })).text).toContain('InvalidAccessKeyId')
})

test('with --cors-allow-all every origin is let in without rules', async () => {
  const port = await start(['--cors-allow-all', '--account', 'key:secret'])
  const oss = signedClient({ port, region: 'cn-hangzhou', accessKeyId: 'key', accessKeySecret: 'secret' })
  await oss('PUT', { bucket: 'open-bucket' })
  const preflight = await send(port, 'OPTIONS', '/open-bucket/key', {
    host: 'localhost',
    origin: 'http://page.test',
    'access-control-request-method': 'PUT',
    'access-control-request-headers': 'x-oss-date',
  })
  expect([preflight.status, preflight.headers['access-control-allow-origin']]).toEqual([200, '*'])
  const { headers } = await oss('PUT', { bucket: 'open-bucket', key: 'a', headers: { origin: 'http://page.test' } })
  expect(headers['access-control-expose-headers']).toContain('ETag')
  expect((await oss('GET', { bucket: 'open-bucket', query: { cors: null } })).status).toBe(404)
})

test('in production it starts only when forced', async () => {
  expect(await failure([], { NODE_ENV: 'production' })).toBe(
    'NODE_ENV is production, and this server is for development and tests. --force starts it anyway.',
  )
  expect(await start(['--force'], { NODE_ENV: 'production' })).toBeGreaterThan(0)
})

test.each([
  [['--account', 'only-an-id'], '--account: ID:SECRET or ID:SECRET:ACCOUNT'],
  [['--port', 'many'], '--port: a number, got many'],
  [['--cname', 'host'], '--cname: HOST=BUCKET, got host'],
  [['--cert', 'cert.pem'], '--cert and --key: both or none'],
  [['--fault', 'status=none'], '--fault.status: a number from 200 to 599, got "none"'],
])('%j is refused', async (args, message) => {
  expect(await failure(args)).toBe(message)
})

test('faults are given in a file and in one line', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'oss-faults-')), 'faults.json')
  await writeFile(file, '[{ "match": { "operation": "PutBucket" }, "status": 503 }]')
  const line = 'operation=ListBuckets,nth=2,status=500'
  const port = await start(['--faults', file, '--fault', line, '--account', 'key:secret'])
  const oss = signedClient({ port, region: 'cn-hangzhou', accessKeyId: 'key', accessKeySecret: 'secret' })
  const puts = [await oss('PUT', { bucket: 'demo-bucket' }), await oss('PUT', { bucket: 'demo-bucket' })]
  const lists = [await oss('GET'), await oss('GET')]
  expect(puts.map(({ status }) => status)).toEqual([503, 200])
  expect(lists.map(({ status }) => status)).toEqual([200, 500])
})

test('with --https it speaks TLS', async () => {
  const port = await start(['--https'])
  const socket = connect({ port, rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  expect(socket.getPeerCertificate().subject.CN).toBe('oss-emulator')
  socket.destroy()
})

test('accounts, users and roles come from a file, and the command line wins', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'oss-config-')), 'emulator.json')
  const policies = [
    { Version: '1', Statement: [{ Effect: 'Allow', Action: 'oss:List*', Resource: ['acs:oss:*:*:first-bucket'] }] },
  ]
  const accounts = [
    { accessKeyId: 'root', accessKeySecret: 'root-secret', accountId: '1001' },
    { accessKeyId: 'ci', accessKeySecret: 'ci-secret', accountId: '1001', userName: 'ci', policies },
  ]
  await writeFile(file, JSON.stringify({ region: 'cn-beijing', blockPublicAccessByDefault: true, accounts }))
  const port = await start(['--config', file, '--region', 'cn-shanghai'])
  const as = (name: string) =>
    signedClient({ port, region: 'cn-shanghai', accessKeyId: name, accessKeySecret: `${name}-secret` })
  expect((await as('root')('PUT', { bucket: 'first-bucket' })).status).toBe(200)
  expect((await as('root')('GET', { bucket: 'first-bucket', query: { publicAccessBlock: null } })).text).toContain(
    'true',
  )
  expect((await as('ci')('GET', { bucket: 'first-bucket' })).status).toBe(200)
  expect((await as('ci')('PUT', { bucket: 'first-bucket', key: 'a', body: 'a' })).status).toBe(403)
})
