import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import facts from '../../core/test/conformance/vectors/transfer.json' with { type: 'json' }
import { checkpointFileName } from '../src/file-checkpoints.ts'
import { type CheckpointStore, fileCheckpoints, type UploadCheckpoint } from '../src/index.ts'

let folder: string
let store: CheckpointStore
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oss-js-checkpoints-'))
  store = fileCheckpoints(folder)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const checkpoint: UploadCheckpoint = {
  version: 1,
  kind: 'upload',
  source: '/data/file.bin',
  destination: 'oss://bucket/key',
  bucket: 'bucket',
  key: 'key',
  size: 5,
  partSize: 102_400,
  sample: '1 2',
  uploadId: 'id',
  startedAt: '2026-11-21T00:00:00.000Z',
}
const fileName = '4d67cd7653b5b4006653a9419b1f1760-d36fc07f5d963b319b1b48e20a9b8ae9.ucp'

const objects: Record<string, string> = {
  key: 'oss://bucket/key',
  'dir/中文 😀+~.txt': 'oss://bucket/dir/%E4%B8%AD%E6%96%87%20%F0%9F%98%80%2B~.txt',
}
test.each(facts.checkpointNames)('$kind of $key at $path is kept as $fileName', (vector) => {
  const { kind, key, path, versionId = '', range = '', fileName } = vector
  const object = objects[key] ?? ''
  const id =
    kind === 'upload'
      ? ({ kind, source: path, destination: object } as const)
      : ({ kind: 'download', source: `${object}\n${versionId}\n${range}`, destination: path } as const)

  expect(checkpointFileName(id)).toBe(fileName)
})

test('a checkpoint is kept in a file with a mark and a sum, found again, replaced and deleted', async () => {
  await store.put({ ...checkpoint, uploadId: 'first' })
  await store.put(checkpoint)

  expect(await readdir(folder)).toEqual([fileName])
  expect(JSON.parse(await readFile(join(folder, fileName), 'utf8'))).toEqual({
    Magic: '92611BED-89E2-46B6-89E5-72F273D4B0A3',
    MD5: expect.stringMatching(/^[\da-f]{32}$/),
    Data: checkpoint,
  })
  expect(await fileCheckpoints(folder).get(checkpoint)).toEqual(checkpoint)
  expect(await store.list()).toEqual([checkpoint])
  await store.delete(checkpoint)
  await store.delete(checkpoint)
  expect(await store.get(checkpoint)).toBeUndefined()
  expect(await readdir(folder)).toEqual([])
})

test('the scope of an upload is in the name of its file', async () => {
  const scoped = { ...checkpoint, scope: 'alice' }

  await store.put(checkpoint)
  await store.put({ ...scoped, uploadId: 'of alice' })

  expect((await readdir(folder)).sort()).toEqual([
    '4d67cd7653b5b4006653a9419b1f1760-d36fc07f5d963b319b1b48e20a9b8ae9-6384e2b2184bcbf58eccf10ca7a6563c.ucp',
    fileName,
  ])
  expect(await store.get(scoped)).toMatchObject({ uploadId: 'of alice' })
  expect(await store.list()).toHaveLength(2)
  await store.delete(checkpoint)
  expect(await store.list()).toMatchObject([{ scope: 'alice' }])
  await store.delete(scoped)
  expect(await readdir(folder)).toEqual([])
})

test('downloads to one file displace each other, whatever their scopes', () => {
  const id = { kind: 'download', source: 'oss://bucket/key\n\n', destination: '/data/file.bin.temp' } as const

  expect(checkpointFileName({ ...id, scope: 'alice' })).toBe(
    'ddaf063c8f69766ecc8e4a93b6402e3e-550e6fd93fd3550f8b6b1f707604a9b0.dcp',
  )
})

const spoiled: [string, (text: string) => string][] = [
  ['cut', (text) => text.slice(0, -5)],
  ['empty', () => ''],
  ['not JSON', () => 'checkpoint'],
  ['null', () => 'null'],
  ['of another mark', (text) => text.replace('92611BED', '92611BEE')],
  ['changed', (text) => text.replace('"id"', '"other"')],
]
test.each(spoiled)('a file that is %s is no checkpoint', async (_, spoil) => {
  await store.put(checkpoint)
  await writeFile(join(folder, fileName), spoil(await readFile(join(folder, fileName), 'utf8')))

  expect(await store.get(checkpoint)).toBeUndefined()
  expect(await store.list()).toEqual([])
})

test('what a killed process left half written does no harm, and is deleted with the checkpoint', async () => {
  await writeFile(join(folder, `${fileName}.4711.tmp`), '{"Magic":')
  await writeFile(join(folder, 'other.txt'), 'mine')

  await store.put(checkpoint)
  expect(await store.get(checkpoint)).toEqual(checkpoint)
  expect(await store.list()).toEqual([checkpoint])
  await store.delete(checkpoint)

  expect(await readdir(folder)).toEqual(['other.txt'])
})

test('a folder that is missing is an error, with and without a slash at its end', async () => {
  const missing = fileCheckpoints(join(folder, 'missing'))
  const slash = fileCheckpoints(`${folder}/`)

  await expect(missing.get(checkpoint)).rejects.toThrow('checkpointDir: there is no folder')
  await expect(missing.put(checkpoint)).rejects.toThrow('checkpointDir: there is no folder')
  await slash.put(checkpoint)
  expect(await readdir(folder)).toEqual([fileName])
})

test('what another library kept is no checkpoint, nor is one in the file of another', async () => {
  const foreign = { ObjectInfo: { Name: 'oss://bucket/key' } }
  const md5 = createHash('md5').update(JSON.stringify(foreign)).digest('hex')
  const text = JSON.stringify({ Magic: '92611BED-89E2-46B6-89E5-72F273D4B0A3', MD5: md5, Data: foreign })
  await writeFile(join(folder, fileName), text)
  expect(await store.list()).toEqual([])
  expect(await store.get(checkpoint)).toBeUndefined()

  await store.put(checkpoint)
  await rename(join(folder, fileName), join(folder, fileName.replace('4d67', '4d68')))

  expect(await store.list()).toEqual([])
})

test('checkpoints that are put at once do not disturb each other', async () => {
  await Promise.all(Array.from({ length: 10 }, () => store.put(checkpoint)))

  expect(await store.get(checkpoint)).toEqual(checkpoint)
  expect(await readdir(folder)).toEqual([fileName])
})

test('nothing is left to delete in a folder that is gone', async () => {
  await rm(folder, { recursive: true })

  await store.delete(checkpoint)
})
