import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { type Emulator, type FaultRequest, startEmulator } from '@oss-js/emulator'
import { createClient, listObjectsV2, putBucket, putBucketAcl, putObject } from '@oss-js/node'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'

const bucket = 'backup'
const large = Buffer.from(new Uint8Array(20_000_000).map((_, index) => (index * 7 + (index >> 8)) % 251))

let emulator: Emulator
let room: string
let source: string
let restored: string

beforeAll(async () => {
  emulator = await startEmulator()
})
afterAll(() => emulator.close())
beforeEach(async () => {
  room = await mkdtemp(join(tmpdir(), 'oss-js-backup-'))
  source = join(room, 'source')
  restored = join(room, 'restored')
  await mkdir(source)
  await putBucket(admin(), { bucket })
})
afterEach(async () => {
  await emulator.reset()
  await rm(room, { recursive: true })
})

const admin = () => {
  const { region, endpoint, accessKeyId, accessKeySecret } = emulator
  return createClient({ region, endpoint, credentialsProvider: { accessKeyId, accessKeySecret } })
}

const keys = async () => (await listObjectsV2(admin(), { bucket })).contents.map(({ key }) => key)

const settings = () => ({
  OSS_REGION: emulator.region,
  OSS_ENDPOINT: emulator.endpoint,
  OSS_BUCKET: bucket,
  OSS_ACCESS_KEY_ID: emulator.accessKeyId,
  OSS_ACCESS_KEY_SECRET: emulator.accessKeySecret,
})

function start(words: string[], environment: Record<string, string> = settings()): ChildProcess {
  const program = fileURLToPath(new URL('../backup.mjs', import.meta.url))
  const args = [program, ...words, '--checkpoints', join(room, 'checkpoints')]
  return spawn(process.execPath, args, { env: { PATH: process.env.PATH, ...environment } })
}

async function ended(child: ChildProcess) {
  const [[code, signal], stdout, stderr] = await Promise.all([
    once(child, 'close'),
    text(child.stdout!),
    text(child.stderr!),
  ])
  return { code: code ?? signal, stdout, stderr }
}

const backup = (...words: string[]) => ended(start(words))

async function write(path: string, content: string | Uint8Array) {
  await mkdir(dirname(join(source, path)), { recursive: true })
  await writeFile(join(source, path), content)
}

/** Every file of a folder by its path; folders have a slash and no bytes. */
async function tree(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const named = entries.map(async (entry) => {
    const path = join(entry.parentPath, entry.name)
    const name = path.slice(folder.length + 1)
    return entry.isDirectory() ? ([`${name}/`, ''] as const) : ([name, await readFile(path, 'latin1')] as const)
  })
  return new Map((await Promise.all(named)).sort())
}

/** As a program may that knows nothing of which keys are wise: `fetch` and the SDK refuse some. */
async function putUnsigned(key: string): Promise<number> {
  const path = `/${bucket}/${encodeURIComponent(key).replaceAll('.', '%2E')}`
  const putting = request(emulator.endpoint, { method: 'PUT', path })
  putting.end('x')
  const [answer] = await once(putting, 'response')
  answer.resume()
  return answer.statusCode
}

/** Starts the program and kills it when the emulator gets the request that is told, which is never answered. */
async function killed(signal: NodeJS.Signals, words: string[], isLast: (request: FaultRequest) => boolean) {
  const child = start(words)
  const takeBack = emulator.faults.add({
    match(request) {
      // A second ^C would end it before it has said anything.
      if (isLast(request) && !child.killed) child.kill(signal)
      return isLast(request)
    },
    times: 'always',
    delayMs: 600_000,
  })
  const end = await ended(child)
  takeBack()
  return end
}

test('a folder comes down as it went up, byte for byte', async () => {
  await write('film.mov', large)
  await write('a/b/c/notes 杭州.txt', 'hello')
  await write('empty', '')
  await mkdir(join(source, 'nothing/in here'), { recursive: true })

  const up = await backup('up', source, '--prefix', 'laptop')
  const down = await backup('down', restored, '--prefix', 'laptop')

  expect(up).toEqual({ code: 0, stdout: '4 files uploaded (20.0 MB), 0 unchanged, 0 failed\n', stderr: '' })
  expect(down).toEqual({ code: 0, stdout: '4 files downloaded (20.0 MB), 0 unchanged, 0 failed\n', stderr: '' })
  expect(await keys()).toEqual([
    'laptop/a/b/c/notes 杭州.txt',
    'laptop/empty',
    'laptop/film.mov',
    'laptop/nothing/in here/',
  ])
  expect(await tree(restored)).toEqual(await tree(source))
})

test('a second run sends only what has changed, whatever the times of the files say', async () => {
  await write('same', 'unchanged')
  await write('longer', 'one')
  await write('other', 'before')
  const then = new Date('2020-01-01')
  await backup('up', source)
  await write('longer', 'one, two')
  await write('other', 'after!')
  await utimes(join(source, 'other'), then, then)
  await utimes(join(source, 'same'), new Date(), new Date())
  emulator.journal.clear()

  const again = await backup('up', source)
  const third = await backup('up', source)

  expect(again.stdout).toBe('2 files uploaded (0.0 kB), 1 unchanged, 0 failed\n')
  expect(third.stdout).toBe('0 files uploaded (0.0 kB), 3 unchanged, 0 failed\n')
  expect(
    emulator.journal
      .requests({ operation: 'PutObject' })
      .map(({ key }) => key)
      .sort(),
  ).toEqual(['longer', 'other'])
})

test('a second download gets only what differs, and deletes nothing', async () => {
  await write('a', 'first')
  await write('b', 'second')
  await backup('up', source)
  await backup('down', restored)
  await writeFile(join(restored, 'a'), 'fir5t')
  await writeFile(join(restored, 'of mine'), 'kept')

  const again = await backup('down', restored)

  expect(again.stdout).toBe('1 file downloaded (0.0 kB), 1 unchanged, 0 failed\n')
  expect(await tree(restored)).toEqual(
    new Map([
      ['a', 'first'],
      ['b', 'second'],
      ['of mine', 'kept'],
    ]),
  )
})

test.each([
  ['SIGINT', 130],
  ['SIGKILL', 'SIGKILL'],
] as const)('an upload that %s stopped goes on behind the parts that are there', async (signal, code) => {
  await write('film.mov', large)
  await write('notes', 'hello')
  const words = ['up', source, '--parallel', '1']

  const first = await killed(signal, words, ({ query }) => query.get('partNumber') === '3')
  emulator.journal.clear()
  const second = await backup(...words)

  expect(first.code).toBe(code)
  expect(second.stdout).toBe('2 files uploaded (20.0 MB, 12.6 MB of them in an earlier run), 0 unchanged, 0 failed\n')
  const parts = emulator.journal.requests({ operation: 'UploadPart' }).map(({ query }) => query.partNumber)
  expect(parts).toEqual(['3', '4'])
  await backup('down', restored)
  expect(await tree(restored)).toEqual(await tree(source))
})

test.each([
  ['SIGINT', 130],
  ['SIGKILL', 'SIGKILL'],
] as const)('a download that %s stopped goes on behind the parts that are there', async (signal, code) => {
  await write('film.mov', large)
  await write('notes', 'hello')
  await backup('up', source)
  const words = ['down', restored, '--parallel', '1']

  const first = await killed(
    signal,
    words,
    ({ operation, headers }) => operation === 'GetObject' && headers.get('range') === 'bytes=12582912-18874367',
  )
  const between = await readdir(restored)
  emulator.journal.clear()
  const second = await backup(...words)

  expect(first.code).toBe(code)
  expect(between).not.toContain('film.mov')
  expect(second.stdout).toBe('2 files downloaded (20.0 MB, 12.6 MB of them in an earlier run), 0 unchanged, 0 failed\n')
  expect(emulator.journal.requests({ operation: 'GetObject', key: 'film.mov' })).toHaveLength(2)
  expect(await tree(restored)).toEqual(await tree(source))
})

test('after ^C it says how to go on', async () => {
  await write('film.mov', large)

  const { stderr } = await killed('SIGINT', ['up', source], ({ operation }) => operation === 'UploadPart')

  expect(stderr).toBe('Stopped. Run the same command again to go on.\n')
})

test('files of all kinds of names come down as they went up', async () => {
  const names = [
    ...[' leading', 'trailing ', 'trailing.', '-rf', '--help', '.hidden', '..dots', '...', '~', 'CON', '__proto__'],
    ...[
      `quote's "double"`,
      'percent%41%2F',
      'plus+and&=?#',
      '*[a]{b}!(c)',
      '$HOME `x`',
      '\u00e9',
      'e\u0301',
      '杭州 🦊',
    ],
    ...[
      'film',
      'film.temp',
      'film.temp.temp',
      'film.oss-js-lock',
      'x'.repeat(255),
      '界'.repeat(85),
      'folder.d/- -/é/x',
    ],
  ]
  for (const name of names) await write(name, `content of ${name}`)

  const up = await backup('up', source)
  const down = await backup('down', restored)

  expect(up).toEqual({ code: 0, stdout: expect.stringContaining('26 files uploaded'), stderr: '' })
  expect(down).toEqual({ code: 0, stdout: expect.stringContaining('26 files downloaded'), stderr: '' })
  expect(await tree(restored)).toEqual(await tree(source))
})

test('a name that no key can have fails by itself', async () => {
  const deep = Array.from({ length: 5 }, () => 'd'.repeat(250)).join('/')
  await write('line\nend', 'x')
  await write('back\\slash', 'x')
  await write(deep, 'x')
  await write('good', 'x')

  const { code, stdout, stderr } = await backup('up', source)

  expect(code).toBe(1)
  expect(stdout).toBe('1 file uploaded (0.0 kB), 0 unchanged, 3 failed\n')
  expect(stderr.split('\n').sort()).toEqual([
    '',
    '"line\\nend": path: "line\\nend" has control characters',
    'back\\slash: a key and a path of this name would not be the same',
    `${deep}: path: "${deep}" makes a key of more than 1023 bytes`,
  ])
  expect(await keys()).toEqual(['good'])
})

test('a key that leads out of the folder, or to no file, fails by itself', async () => {
  const bad = ['../escaped', 'a/../../escaped', '/absolute', 'a//b', './dot', 'back\\slash', 'bell\u0007']
  await putBucketAcl(admin(), { bucket, acl: 'public-read-write' })
  const stored = await Promise.all([...bad, 'good'].map((name) => putUnsigned(`p/${name}`)))

  const { code, stdout, stderr } = await backup('down', restored, '--prefix', 'p')

  expect(stored).toEqual([200, 200, 200, 200, 200, 200, 200, 200])
  expect(code).toBe(1)
  expect(stdout).toBe('1 file downloaded (0.0 kB), 0 unchanged, 7 failed\n')
  expect(stderr).not.toContain('\u0007')
  expect(await tree(restored)).toEqual(new Map([['good', 'x']]))
  expect((await readdir(room)).sort()).toEqual(['checkpoints', 'restored', 'source'])
})

test('the folder that the prefix is comes down as no file, and one with bytes fails by itself', async () => {
  await putObject(admin(), { bucket, key: 'p/', body: '' })
  await putObject(admin(), { bucket, key: 'p/empty/', body: '' })
  await putObject(admin(), { bucket, key: 'p/odd/', body: 'bytes' })

  const down = await backup('down', restored, '--prefix', 'p')
  const list = await backup('list', '--prefix', 'p')

  expect(down).toEqual({
    code: 1,
    stdout: '1 file downloaded (0.0 kB), 0 unchanged, 1 failed\n',
    stderr: 'odd/: no folder can have the bytes of this object\n',
  })
  expect(await tree(restored)).toEqual(new Map([['empty/', '']]))
  expect(list.stderr).toBe('2 files, 0.0 kB\n')
})

test('what is a file and a folder at once comes down as one of them, and the other fails', async () => {
  await putObject(admin(), { bucket, key: 'a', body: 'file' })
  await putObject(admin(), { bucket, key: 'a/b', body: 'in a folder' })

  const { code, stdout } = await backup('down', restored, '--parallel', '1')

  expect([code, stdout]).toEqual([1, '1 file downloaded (0.0 kB), 0 unchanged, 1 failed\n'])
})

test('globs and symbolic links are taken as asked for', async () => {
  await write('keep/a.jpg', 'a')
  await write('keep/a.tmp', 'a')
  await write('node_modules/x/y.js', 'y')
  await symlink(join(source, 'keep/a.jpg'), join(source, 'link.jpg'))

  const refused = await backup('up', source)
  const skipped = await backup('up', source, '--symlinks', 'skip', '--exclude', 'node_modules', '--exclude', '**/*.tmp')
  const before = await keys()
  await backup('up', source, '--symlinks', 'follow', '--include', '*.jpg')

  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('link.jpg is a symbolic link')])
  expect([skipped.code, before]).toEqual([0, ['keep/a.jpg']])
  expect(await keys()).toEqual(['keep/a.jpg', 'link.jpg'])
})

test('list tells sizes and times, and no name steers the terminal', async () => {
  for (const [key, body] of [
    ['p/a.txt', 'hello'],
    ['p/\u001b[2J', ''],
    ['other', 'x'],
  ] as const) {
    await putObject(admin(), { bucket, key, body })
  }

  const { code, stdout, stderr } = await backup('list', '--prefix', 'p/')

  expect(code).toBe(0)
  expect(stdout).toMatch(/^ {13}0 {2}\S+Z {2}"\\u001b\[2J"\n {13}5 {2}20\S+Z {2}a\.txt\n$/)
  expect(stderr).toBe('2 files, 0.0 kB\n')
})

test('more than a page of objects is listed', async () => {
  const names = Array.from({ length: 1001 }, (_, index) => `file-${index}`)
  for (const name of names) await putObject(admin(), { bucket, key: name, body: '' })

  const { stdout } = await backup('list')

  expect(stdout.split('\n')).toHaveLength(1002)
})

test('what OSS refuses is told in a line', async () => {
  await write('a', 'x')

  const child = start(['up', source], { ...settings(), OSS_ACCESS_KEY_SECRET: 'wrong' })
  const { code, stdout, stderr } = await ended(child)

  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(/^ListObjectsV2: 403 SignatureDoesNotMatch: .+\n$/)
})

test('one file that OSS refuses fails by itself', async () => {
  await write('bad', 'x')
  await write('good', 'x')
  emulator.faults.add({
    match: { operation: 'PutObject', key: 'bad' },
    times: 'always',
    status: 403,
    code: 'AccessDenied',
  })

  const { code, stdout, stderr } = await backup('up', source)

  expect([code, stdout]).toEqual([1, '1 file uploaded (0.0 kB), 0 unchanged, 1 failed\n'])
  expect(stderr).toMatch(/^bad: PutObject: 403 AccessDenied: .+\n$/)
})

test.each([
  ['no command', [], /^no command: one of up, down, list/],
  ['another command', ['sideways'], /^sideways: one of up, down, list/],
  ['no folder', ['up'], /^up: which folder\?/],
  ['a folder to list', ['list', 'x'], /^list: takes no folder\?/],
  ['two folders', ['up', 'x', 'y'], /^y: one folder is enough/],
  ['an unknown option', ['list', '--fast'], /^Unknown option '--fast'/],
  ['no number', ['list', '--parallel', '0'], /^--parallel: a whole number/],
  ['another word', ['up', 'x', '--symlinks', 'keep'], /^--symlinks: follow, skip or error/],
  ['a prefix that leads upwards', ['list', '--prefix', 'a/../b'], /^--prefix: names/],
])('%s is wrong use', async (_, words, message) => {
  const { code, stdout, stderr } = await backup(...words)

  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(message)
  expect(stderr).toContain('node backup.mjs up FOLDER')
})

test('a setting that is missing is named', async () => {
  const { OSS_BUCKET: _, ...others } = settings()
  const { OSS_ACCESS_KEY_ID: __, ...anonymous } = settings()

  const unnamed = await ended(start(['list'], { ...others, HOME: room }))
  const unsigned = await ended(start(['list'], { ...anonymous, HOME: room }))

  expect(unnamed).toMatchObject({ code: 2, stderr: expect.stringContaining('OSS_BUCKET is not set') })
  expect(unsigned).toMatchObject({ code: 1, stderr: expect.stringContaining('OSS_ACCESS_KEY_ID is not set') })
})

test.each([
  ['a region', { OSS_REGION: 'cn hangzhou', OSS_ENDPOINT: '' }, /^region: expected an id as in cn-hangzhou.+\n$/],
  ['an endpoint', { OSS_ENDPOINT: 'ftp://x' }, /^endpoint: expected a host.+\n$/],
])('%s that is none is wrong use', async (_, wrong, message) => {
  const { code, stderr } = await ended(start(['list'], { ...settings(), ...wrong }))

  expect([code, stderr]).toEqual([2, expect.stringMatching(message)])
})

test('a folder for checkpoints that cannot be is told in a line', async () => {
  await writeFile(join(room, 'checkpoints'), 'a file')

  const { code, stderr } = await backup('list')

  expect([code, stderr]).toEqual([2, `EEXIST: file already exists, mkdir '${join(room, 'checkpoints')}'\n`])
})

test('whoever reads no further than a line of the list is left in peace', async () => {
  const names = Array.from({ length: 1001 }, (_, index) => `${'x'.repeat(200)}-${index}`)
  for (const name of names) await putObject(admin(), { bucket, key: name, body: '' })

  const child = start(['list'])
  child.stdout?.once('data', () => child.stdout?.destroy())
  const [stderr] = await Promise.all([text(child.stderr!), once(child, 'exit')])

  expect([child.exitCode, stderr]).toEqual([0, ''])
})

test('--help tells everything', async () => {
  const { code, stdout } = await ended(start(['--help'], {}))

  expect(code).toBe(0)
  expect(stdout).toContain('node backup.mjs down FOLDER')
})

test('a folder that is not there is told, and nothing is asked of OSS', async () => {
  emulator.journal.clear()

  const { code, stderr } = await backup('up', join(room, 'missing'))

  expect([code, stderr]).toEqual([1, expect.stringContaining('there is no such folder')])
  expect(emulator.requests).toEqual([])
})

test('start.mjs shows it all and ends', async () => {
  const program = fileURLToPath(new URL('../start.mjs', import.meta.url))

  const { code, stdout } = await ended(spawn(process.execPath, [program, '--once']))

  expect(code).toBe(0)
  expect(stdout).toContain('2 files uploaded (20.0 MB), 0 unchanged, 0 failed')
  expect(stdout).toContain('0 files uploaded (0.0 kB), 2 unchanged, 0 failed')
  expect(stdout).toContain('Checked: what came down is what went up.')
})
