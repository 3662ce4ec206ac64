import { afterEach, expect, test } from 'vitest'
import {
  CredentialsError,
  createClient,
  deleteObject,
  getObject,
  headObject,
  listObjectsV2,
  OSSClient,
  putObject,
} from '../src/index.ts'
import { bucket, client, config } from './emulated-client.ts'

const used = new Set<string>()
afterEach(async () => {
  for (const key of used) await deleteObject(client, { bucket, key })
  used.clear()
})

const keys = [
  'plain.txt',
  'ünïcödé/目录/файл.txt',
  '🦄/👩‍👩‍👧‍👦.png',
  'plus+minus-.txt',
  '100 % sure.txt',
  "tilde~ quote' (brackets) star* and & equals = end",
  'question?mark#hash',
  '%2F is not a slash',
  'semi;colon,comma:colon@at!$"<>\\^`{|}[]',
  'trailing/',
  'double//slashes',
  ' leading and trailing space ',
]

test.each(keys)('the key %j is stored, listed, read and deleted as it is', async (key) => {
  used.add(key)
  await putObject(client, { bucket, key, body: key })

  const read = await (await getObject(client, { bucket, key })).body.text()
  const listed = (await listObjectsV2(client, { bucket, prefix: key })).contents?.map((object) => object.key)
  await deleteObject(client, { bucket, key })
  const left = (await listObjectsV2(client, { bucket, prefix: key })).contents ?? []

  expect(read).toBe(key)
  expect(listed).toEqual([key])
  expect(left).toEqual([])
})

test('progress is told in bytes and ends at the size', async () => {
  used.add('progress.bin')
  const reports: number[] = []
  const onProgress = ({ transferred, total }: { transferred: number; total?: number | undefined }) => {
    expect(total).toBe(16_777_216)
    reports.push(transferred)
  }

  await putObject(client, { bucket, key: 'progress.bin', body: new Blob([new Uint8Array(16_777_216)]) }, { onProgress })

  expect(reports.at(-1)).toBe(16_777_216)
  expect(reports).toEqual([...reports].sort((a, b) => a - b))
})

test('an upload that is aborted rejects with the reason and stores nothing', async () => {
  const controller = new AbortController()
  const { signal } = controller
  const onProgress = () => controller.abort('enough')
  const body = new Blob([new Uint8Array(64 * 1024 * 1024)])

  const reason = await putObject(client, { bucket, key: 'aborted.bin', body }, { signal, onProgress }).catch(
    (error) => error,
  )

  expect(reason).toBe('enough')
  expect((await listObjectsV2(client, { bucket, prefix: 'aborted.bin' })).contents ?? []).toEqual([])
})

test('metadata and the type of a Blob arrive as they were', async () => {
  used.add('meta.txt')
  const body = new Blob(['{}'], { type: 'application/json' })

  await putObject(client, { bucket, key: 'meta.txt', body, metadata: { place: 'Zurich' }, contentType: 'text/x-mine' })
  const { metadata, contentType } = await headObject(client, { bucket, key: 'meta.txt' })

  expect(metadata).toEqual({ place: 'Zurich' })
  expect(contentType).toBe('text/x-mine')
})

test('a stream is collected and sent', async () => {
  used.add('stream.txt')
  const body = new Response('from a stream').body!

  await putObject(client, { bucket, key: 'stream.txt', body })

  expect(await (await getObject(client, { bucket, key: 'stream.txt' })).body.text()).toBe('from a stream')
})

test('what another client stored is read at once, whatever the cache of the browser holds', async () => {
  used.add('fresh.txt')
  await putObject(client, { bucket, key: 'fresh.txt', body: 'old', cacheControl: 'max-age=3600' })
  await (await getObject(client, { bucket, key: 'fresh.txt' })).body.text()

  await putObject(client, { bucket, key: 'fresh.txt', body: 'new', cacheControl: 'max-age=3600' })

  expect(await (await getObject(client, { bucket, key: 'fresh.txt' })).body.text()).toBe('new')
})

test('a bucket without a CORS rule names the rule to add', async () => {
  const error = await putObject(
    client,
    { bucket: 'no-such-bucket', key: 'a', body: 'a' },
    { retryMaxAttempts: 1 },
  ).catch((error) => error)

  expect(error.name).toBe('RequestError')
  expect(error.message).toContain(`Add this rule to the bucket: AllowedOrigin ${location.origin};`)
})

test('a server that does not run is named', async () => {
  const nowhere = createClient({ ...config, endpoint: 'http://127.0.0.1:9', retryMaxAttempts: 1 })

  const error = await putObject(nowhere, { bucket, key: 'a', body: 'a' }).catch((error) => error)

  expect(error.name).toBe('RequestError')
  expect(error.message).toContain('no connection to 127.0.0.1:9')
})

test('a permanent key is refused in a page', () => {
  const { dangerouslyAllowLongLivedKeys: _, ...honest } = config

  expect(() => createClient(honest)).toThrow(CredentialsError)
  expect(() => new OSSClient(honest)).toThrow(/use STS tokens/)
})

test('a full client has the operations as methods', async () => {
  used.add('full.txt')
  const full = new OSSClient(config)

  await full.putObject({ bucket, key: 'full.txt', body: 'full' })

  expect(await (await full.getObject({ bucket, key: 'full.txt' })).body.text()).toBe('full')
})
