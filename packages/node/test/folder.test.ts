import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  type FileResult,
  type FolderOptions,
  folderEntries,
  getObject,
  headObject,
  listObjectsV2,
  OSSClient,
  Uploader,
  ValidationError,
} from '../src/index.ts'
import { configOf, emulated } from './emulated.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oss-js-folder-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function write(...paths: string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), path)
  }
}

const pathsOf = async (options?: FolderOptions) => (await folderEntries(folder, options)).map(({ path }) => path)
const statusesOf = (results: FileResult[]) => results.map(({ status, file }) => `${status} ${file.request.key}`)

test('all files of a folder are found, each folder in the order of its names', async () => {
  await write('b.txt', 'a/z', 'a/b/c', '.hidden/.x', 'a.txt', '影片 😀.mov')

  expect(await pathsOf()).toEqual(['.hidden/.x', 'a/b/c', 'a/z', 'a.txt', 'b.txt', '影片 😀.mov'])
})

test.each<[string, FolderOptions, string[]]>([
  ['include takes what matches', { include: '**/*.js' }, ['.a.js', 'src/b.js', 'src/deep/c.js']],
  ['a glob without a slash means the folder itself', { include: '*.js' }, ['.a.js']],
  [
    'several globs take what matches one',
    { include: ['*.md', 'src/deep/**'] },
    ['README.md', 'src/deep/c.js', 'src/deep/c.map'],
  ],
  ['exclude wins', { include: '**/*.{js,map}', exclude: ['**/*.map', '.*'] }, ['src/b.js', 'src/deep/c.js']],
  ['a folder that is excluded goes with all that is in it', { exclude: 'src' }, ['.a.js', 'README.md']],
])('%s', async (_, options, expected) => {
  await write('.a.js', 'README.md', 'src/b.js', 'src/deep/c.js', 'src/deep/c.map')

  expect(await pathsOf(options)).toEqual(expected)
})

test('a name with a line end is one like others', async () => {
  await write('new\nline', 'sub\n/a.txt', 'sub\n/b.txt')

  expect(await pathsOf()).toEqual(['new\nline', 'sub\n/a.txt', 'sub\n/b.txt'])
  expect(await pathsOf({ exclude: ['new*', '**/b.txt'] })).toEqual(['sub\n/a.txt'])
})

test('empty folders are taken when asked for', async () => {
  await write('a/b')
  await mkdir(join(folder, 'empty/inner'), { recursive: true })

  expect(await pathsOf()).toEqual(['a/b'])
  expect(await pathsOf({ emptyFolders: true })).toEqual(['a/b', 'empty/inner/'])
  expect(await pathsOf({ emptyFolders: true, include: 'a/**' })).toEqual(['a/b'])
})

test('a symbolic link is an error unless it is said what to do with it', async () => {
  await write('real/file')
  await symlink(join(folder, 'real'), join(folder, 'linked'))
  await symlink('real/file', join(folder, 'single'))

  await expect(pathsOf()).rejects.toThrow(ValidationError)
  await expect(pathsOf()).rejects.toThrow('linked is a symbolic link')
  expect(await pathsOf({ symlinks: 'skip' })).toEqual(['real/file'])
  expect(await pathsOf({ symlinks: 'follow' })).toEqual(['linked/file', 'real/file', 'single'])
})

test.each(['..', '.', '../../a'])('a link to %j that leads back into its own folder is noticed', async (target) => {
  await write('a/b/file')
  await symlink(target, join(folder, 'a/b/link'))

  await expect(pathsOf({ symlinks: 'follow' })).rejects.toThrow('link leads back into a folder it is in')
  expect(await pathsOf({ symlinks: 'skip' })).toEqual(['a/b/file'])
})

test('two links to one folder beside it are no cycle', async () => {
  await write('a/file')
  await symlink('a', join(folder, 'b'))
  await symlink('a', join(folder, 'c'))

  expect(await pathsOf({ symlinks: 'follow' })).toEqual(['a/file', 'b/file', 'c/file'])
})

test('what is no folder is refused, before anything is sent', async () => {
  await using oss = await emulated()
  await write('file')
  const before = oss.emulator.requests.length
  const uploadOf = (path: string) => new Uploader(oss.client).uploadFolder({ bucket: 'files' }, join(folder, path))

  await expect(uploadOf('missing')).rejects.toThrow('there is no such folder')
  await expect(uploadOf('file')).rejects.toThrow('it is no folder')
  expect(oss.emulator.requests.length).toBe(before)
})

test('a folder goes up below a prefix, with the types of its files', async () => {
  await using oss = await emulated()
  await write('index.html', 'img/cat.png', 'img/cafe\u0301.txt')
  await mkdir(join(folder, 'empty'))
  const totals: unknown[] = []

  const results = await new Uploader(oss.client).uploadFolder({ bucket: 'files', prefix: 'v2/' }, folder, {
    emptyFolders: true,
    onProgress: ({ transferred, total }) => totals.push([transferred, total]),
  })

  const { contents } = await listObjectsV2(oss.client, { bucket: 'files' })
  expect(statusesOf(results)).toEqual([
    'done v2/empty/',
    'done v2/img/caf\u00e9.txt',
    'done v2/img/cat.png',
    'done v2/index.html',
  ])
  expect(contents.map(({ key }) => key)).toEqual([
    'v2/empty/',
    'v2/img/caf\u00e9.txt',
    'v2/img/cat.png',
    'v2/index.html',
  ])
  expect((await headObject(oss.client, { bucket: 'files', key: 'v2/img/cat.png' })).contentType).toBe('image/png')
  expect(await (await getObject(oss.client, { bucket: 'files', key: 'v2/index.html' })).body.text()).toBe('index.html')
  expect(totals.at(-1)).toEqual([35, 35])
})

test('names that differ only in how an accent is written would be one object, and are refused unless kept apart', async () => {
  await using oss = await emulated()
  await write('e\u0301', '\u00e9')
  const uploader = new Uploader(oss.client)

  await expect(uploader.uploadFolder({ bucket: 'files' }, folder)).rejects.toThrow('two of them would become')
  const results = await uploader.uploadFolder({ bucket: 'files', normalization: 'none' }, folder)

  expect(statusesOf(results)).toEqual(['done e\u0301', 'done \u00e9'])
})

test('a full client uploads folders and downloads files by methods', async () => {
  await using oss = await emulated()
  await write('a')
  const client = new OSSClient(configOf(oss.emulator))

  const results = await client.uploader().uploadFolder({ bucket: 'files' }, folder)
  await client.downloader().downloadFile({ bucket: 'files', key: 'a' }, join(folder, 'b'))

  expect(statusesOf(results)).toEqual(['done a'])
  expect(await readFile(join(folder, 'b'), 'utf8')).toBe('a')
})

test('what cannot be read fails by itself: a link that leads nowhere, a pipe, a file that went away', async () => {
  await using oss = await emulated()
  await write('a', 'z')
  await symlink('nowhere', join(folder, 'dangling'))
  execFileSync('mkfifo', [join(folder, 'pipe')])
  const task = new Uploader(oss.client, { parallelNum: 1 }).uploadFolder({ bucket: 'files' }, folder, {
    symlinks: 'follow',
    // At once: nobody waits for a listener.
    onFileEnd: ({ file }) => file.request.key === 'a' && rmSync(join(folder, 'z')),
  })

  const results = await task

  expect(statusesOf(results)).toEqual(['done a', 'failed dangling', 'failed pipe', 'failed z'])
  expect(results.map((one) => one.status === 'failed' && String(one.error))).toEqual([
    false,
    expect.stringContaining('there is no such file'),
    expect.stringContaining('is not a file'),
    expect.stringContaining('there is no such file'),
  ])
})

test('a large file of a folder goes on where it stopped', async () => {
  await using oss = await emulated()
  const partSize = 102_400
  await writeFile(join(folder, 'large'), Buffer.alloc(1_000_000, 'abcdefg'))
  const checkpointDir = await mkdtemp(join(tmpdir(), 'oss-js-checkpoints-'))
  const uploader = new Uploader(oss.client, { partSize, parallelNum: 1, enableCheckpoint: true, checkpointDir })
  oss.emulator.faults.add({
    match: ({ operation, query }) => operation === 'UploadPart' && query.get('partNumber') === '6',
    status: 403,
    code: 'AccessDenied',
  })

  const first = await uploader.uploadFolder({ bucket: 'files' }, folder)
  const before = oss.emulator.requests.length
  const again = await uploader.uploadFolder({ bucket: 'files' }, folder)

  const operations = oss.emulator.requests.slice(before).map(({ operation }) => operation)
  expect([...statusesOf(first), ...statusesOf(again)]).toEqual(['failed large', 'done large'])
  expect(operations.filter((operation) => operation === 'UploadPart')).toHaveLength(5)
  await rm(checkpointDir, { recursive: true })
})
