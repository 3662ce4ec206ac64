import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import vectors from '../../core/test/conformance/vectors/encryption.json' with { type: 'json' }
import {
  Downloader,
  EncryptionClient,
  fixedRetryer,
  getObject,
  getObjectToFile,
  headObject,
  IntegrityError,
  putObject,
  putObjectFromFile,
  rsaMasterCipher,
  TransferError,
  Uploader,
} from '../src/index.ts'
import { clientOf, emulated } from './emulated.ts'

const { publicPkcs1: publicKey, privatePkcs1: privateKey } = vectors.keys.B
const bytes = Buffer.from(new Uint8Array(3_000_001).map((_, index) => (index * 7) % 251))
const at = { bucket: 'files', key: 'a.bin' }

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oss-js-encryption-'))
  path = join(folder, 'a.bin')
  await writeFile(path, bytes)
})
afterEach(() => rm(folder, { recursive: true }))

async function encryptedFiles() {
  const oss = await emulated()
  const encrypt = () =>
    new EncryptionClient(
      clientOf(oss.emulator, { retryer: fixedRetryer({ delayMs: 0 }) }),
      rsaMasterCipher({ publicKey, privateKey }),
    )
  const count = (name: string) => oss.emulator.requests.filter(({ operation }) => operation === name).length
  return { ...oss, encrypt, encrypted: encrypt(), count, [Symbol.asyncDispose]: () => oss.emulator.close() }
}

test('a file goes up encrypted and comes back, in one request', async () => {
  await using oss = await encryptedFiles()
  const told: number[] = []

  await putObjectFromFile(oss.encrypted, at, path, { onProgress: ({ transferred }) => told.push(transferred) })
  await getObjectToFile(oss.encrypted, at, `${path}.back`)

  expect((await readFile(`${path}.back`)).equals(bytes)).toBe(true)
  expect(told.at(-1)).toBe(3_000_001)
  const stored = await (await getObject(oss.client, at)).body.bytes()
  expect([stored.length, bytes.equals(stored)]).toEqual([bytes.length, false])
  expect((await headObject(oss.client, at)).contentType).toBe('application/octet-stream')
})

test('a download that broke off goes on, and is compared with what is stored', async () => {
  await using oss = await encryptedFiles()
  await putObjectFromFile(oss.encrypted, at, path)
  oss.emulator.faults.add({ match: { operation: 'GetObject' }, dropAfterBytes: 1_000_003 })

  await getObjectToFile(oss.encrypted, at, `${path}.back`)

  expect(oss.count('GetObject')).toBe(2)
  expect((await readFile(`${path}.back`)).equals(bytes)).toBe(true)
  oss.emulator.faults.add({ match: { operation: 'GetObject' }, dropAfterBytes: 1_000_003 })
  oss.emulator.faults.add({ match: { operation: 'GetObject' }, skip: 1, corrupt: 9 })
  await expect(getObjectToFile(oss.encrypted, at, `${path}.back`)).rejects.toThrow(IntegrityError)
})

test('a stream of Node goes up encrypted', async () => {
  await using oss = await encryptedFiles()

  await putObject(oss.encrypted, { ...at, body: Readable.from([bytes.subarray(0, 7), bytes.subarray(7)]) })

  expect(bytes.equals(await (await getObject(oss.encrypted, at)).body.bytes())).toBe(true)
})

test('files go up and down in parts, and go on in another process', async () => {
  await using oss = await encryptedFiles()
  const options = { partSize: 102_400, enableCheckpoint: true, checkpointDir: folder, parallelNum: 2 }
  oss.emulator.faults.add({ match: { operation: 'UploadPart' }, skip: 9, status: 403, times: 'always' })
  await expect(new Uploader(oss.encrypted, options).uploadFile(at, path)).rejects.toThrow(TransferError)
  oss.emulator.faults.clear()

  await new Uploader(oss.encrypt(), options).uploadFile(at, path)
  oss.emulator.faults.add({ match: { operation: 'GetObject' }, skip: 9, status: 403, times: 'always' })
  await expect(new Downloader(oss.encrypted, options).downloadFile(at, `${path}.back`)).rejects.toThrow(TransferError)
  oss.emulator.faults.clear()
  await new Downloader(oss.encrypt(), { ...options, verifyData: true }).downloadFile(at, `${path}.back`)

  expect(oss.count('InitiateMultipartUpload')).toBe(1)
  expect((await readFile(`${path}.back`)).equals(bytes)).toBe(true)
})
