import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { appendFile, Copier, Downloader, openFile, Uploader } from '../src/index.ts'
import { emulated } from './emulated.ts'

const partSize = 102_400
const bytes = Buffer.from(new Uint8Array(300_000).map((_, index) => (index * 7 + (index >> 8)) % 251))

let oss: Awaited<ReturnType<typeof emulated>>
let folder: string
beforeAll(async () => {
  oss = await emulated()
  folder = await mkdtemp(join(tmpdir(), 'oss-js-keys-'))
  await writeFile(join(folder, 'in'), bytes)
})
afterAll(async () => {
  await oss.emulator.close()
  await rm(folder, { recursive: true })
})

test.each([
  "a b+c%d~!*'().txt",
  '中文/😀?#&=.txt',
  '%2e%2e/%2F',
  'a//b',
  'a;b,c:d@e$f[g]^`{|}"<>',
  '\u00a0\u2028',
  'e\u0301 is not \u00e9',
  'k'.repeat(1000),
])('the key %j goes up, is copied, read, added to and comes down', async (key) => {
  const at = (name: string) => ({ bucket: 'files', key: name })
  const options = { partSize, enableCheckpoint: true, checkpointDir: folder }

  await new Uploader(oss.client, options).uploadFile(at(key), join(folder, 'in'))
  const copying = { partSize, multipartCopyThreshold: 1, disableShallowCopy: true }
  await new Copier(oss.client, copying).copy({ ...at(`${key} copy`), sourceKey: key })
  await new Downloader(oss.client, options).downloadFile(at(`${key} copy`), join(folder, 'out'))
  await using file = await openFile(oss.client, at(key))
  await using log = await appendFile(oss.client, at(`${key} log`))
  await log.write('one')

  expect((await readFile(join(folder, 'out'))).equals(bytes)).toBe(true)
  expect(Buffer.from(await file.read()).equals(bytes)).toBe(true)
  expect(log.tell()).toBe(3)
})
