import { afterEach, expect, test } from 'vitest'
import {
  Downloader,
  deleteObject,
  EncryptionClient,
  getObject,
  headObject,
  indexedDbCheckpoints,
  listMultipartUploads,
  type MasterCipher,
  openFile,
  putObject,
  rsaMasterCipher,
  type TransferProgress,
  Uploader,
} from '../src/index.ts'
import { encryptedBucket as bucket, client } from './emulated-client.ts'

const at = { bucket, key: 'encrypted.bin' }
const partSize = 102_400
const bytes = new Uint8Array(1_000_000).map((_, index) => (index * 7 + (index >> 8)) % 251)
const isSame = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, index) => byte === b[index])

afterEach(() => deleteObject(client, at))

async function masterKey(): Promise<MasterCipher & { publicOnly: MasterCipher }> {
  const algorithm = {
    name: 'RSA-OAEP',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: 'SHA-256',
  }
  const pair = await crypto.subtle.generateKey(algorithm, true, ['encrypt', 'decrypt'])
  const pem = (label: string, der: ArrayBuffer) =>
    `-----BEGIN ${label}-----\n${btoa(String.fromCharCode(...new Uint8Array(der)))}\n-----END ${label}-----`
  const publicKey = pem('PUBLIC KEY', await crypto.subtle.exportKey('spki', pair.publicKey))
  const privateKey = pem('PRIVATE KEY', await crypto.subtle.exportKey('pkcs8', pair.privateKey))
  return { ...rsaMasterCipher({ publicKey, privateKey }), publicOnly: rsaMasterCipher({ publicKey }) }
}

test('a page stores what only who has the key can read, from text, Blobs and streams', async () => {
  const encrypted = new EncryptionClient(client, await masterKey())
  const blob = new Blob([bytes], { type: 'image/x-own' })

  for (const body of [blob, bytes, blob.stream()]) {
    await putObject(encrypted, { ...at, body })
    const { body: read } = await getObject(encrypted, at)
    expect(isSame(await read.bytes(), bytes)).toBe(true)
    const { body: stored } = await getObject(client, at)
    expect(isSame(await stored.bytes(), bytes)).toBe(false)
  }
  await putObject(encrypted, { ...at, body: blob })
  expect((await headObject(encrypted, at)).contentType).toBe('image/x-own')
  await putObject(encrypted, { ...at, body: '秘密' })
  expect(await (await getObject(encrypted, { ...at, range: 'bytes=3-5' })).body.text()).toBe('密')
})

test('a page that only has the public key uploads files in parts, and says how far it is', async () => {
  const master = await masterKey()
  const writer = new EncryptionClient(client, master.publicOnly)
  const reports: TransferProgress[] = []
  const databaseName = crypto.randomUUID()
  const checkpointStore = indexedDbCheckpoints(databaseName)

  const uploader = new Uploader(writer, { partSize, enableCheckpoint: true, checkpointStore })
  await uploader.uploadFile(at, new File([bytes], 'a.bin'), { onProgress: (progress) => reports.push(progress) })

  expect(reports.at(-1)?.transferred).toBe(1_000_000)
  const reader = new EncryptionClient(client, master)
  const blob = await new Downloader(reader, { partSize }).downloadBlob(at)
  expect(isSame(new Uint8Array(await blob.arrayBuffer()), bytes)).toBe(true)
  const file = await openFile(reader, at)
  file.seek(-17, 'end')
  expect(isSame(await file.read(), bytes.subarray(-17))).toBe(true)
  await file.close()
  expect((await listMultipartUploads(client, { bucket, prefix: at.key })).uploads).toEqual([])
  indexedDB.deleteDatabase(databaseName)
})

test('an upload that the closing of a page broke off goes on in the next', async () => {
  const master = await masterKey()
  const databaseName = crypto.randomUUID()
  const options = { partSize, parallelNum: 1, enableCheckpoint: true }
  const file = new File([bytes], 'a.bin', { lastModified: 1000 })
  const first = new Uploader(new EncryptionClient(client, master), {
    ...options,
    checkpointStore: indexedDbCheckpoints(databaseName),
  })
  const task = first.uploadFile(at, file)
  task.on('progress', ({ transferred }) => {
    if (transferred >= 400_000) void task.abort({ keepParts: true })
  })
  await expect(task).rejects.toMatchObject({ name: 'AbortError' })
  const kept: number[] = []

  const second = new Uploader(new EncryptionClient(client, master), {
    ...options,
    checkpointStore: indexedDbCheckpoints(databaseName),
  })
  await second.uploadFile(at, file, {
    onProgress: ({ phase, transferred }) => void (phase === 'uploading' && kept.push(transferred)),
  })

  expect(kept[0]).toBeGreaterThan(300_000)
  const { body } = await getObject(new EncryptionClient(client, master), at)
  expect(isSame(await body.bytes(), bytes)).toBe(true)
  indexedDB.deleteDatabase(databaseName)
})

test('a page reads what is not encrypted as it is, where the bucket shows that it is not', async () => {
  const encrypted = new EncryptionClient(client, await masterKey())
  await putObject(client, { ...at, body: bytes })

  expect(
    isSame(await (await getObject(encrypted, { ...at, range: 'bytes=-21' })).body.bytes(), bytes.subarray(-21)),
  ).toBe(true)
})

test('a page that was not served by https or from localhost is told so', async () => {
  const encrypted = new EncryptionClient(client, await masterKey())
  const { subtle } = crypto
  Object.defineProperty(crypto, 'subtle', { value: undefined, configurable: true })
  try {
    await expect(putObject(encrypted, { ...at, body: 'x' })).rejects.toThrow(/open the page by https, or on localhost/)
  } finally {
    Object.defineProperty(crypto, 'subtle', { value: subtle, configurable: true })
  }
})
