import {
  Copier,
  type CopyRequest,
  fetchTransport,
  getObjectAcl,
  getObjectTagging,
  headObject,
  putBucket,
  putBucketVersioning,
  putObject,
  ServiceError,
  TransferError,
  type TransferProgress,
  type Transport,
} from '@oss-js/core'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { emulated, isSame, named, pattern } from './emulated.ts'

const partSize = 102_400
const bytes = pattern(1_000_000)
const sourceKey = 'dir/中文 😀+~.bin'
const request: CopyRequest = { bucket: 'files', key: 'copy.bin', sourceKey }
const described = {
  metadata: { place: 'Zürich' },
  contentType: 'text/x-mine',
  cacheControl: 'max-age=1',
  contentDisposition: 'attachment',
  contentEncoding: 'x-none',
  expires: 'whenever',
  tagging: { 'a/b': 'c=d', e: '+ :' },
}

let oss: Awaited<ReturnType<typeof emulated>>
beforeAll(async () => {
  oss = await emulated()
})
beforeEach(async () => {
  await oss.emulator.reset()
  await putBucket(oss.client, { bucket: 'files' })
  await putBucket(oss.client, { bucket: 'other' })
  await putObject(oss.client, { bucket: 'files', key: sourceKey, body: bytes, ...described })
})
afterAll(() => oss.emulator.close())

/** Copies in parts whatever is larger than a part. */
const copier = (options = {}) =>
  new Copier(oss.client, { partSize, multipartCopyThreshold: partSize, disableShallowCopy: true, ...options })

const operations = () => oss.emulator.requests.map(({ operation }) => operation)
const tagsOf = async (key: string) =>
  (await getObjectTagging(oss.client, { bucket: 'files', key })).tagSet?.tags.map(({ key, value }) => [key, value])

async function failureOf(task: PromiseLike<unknown>): Promise<TransferError> {
  try {
    await task
  } catch (error) {
    if (error instanceof TransferError) return error
    throw error
  }
  return expect.unreachable('it was a success')
}

test.each([
  ['of the threshold', { multipartCopyThreshold: 1_000_000, disableShallowCopy: true }],
  ['below the threshold that is the default', { disableShallowCopy: true }],
  ['below the default, which zero asks for', { multipartCopyThreshold: 0, disableShallowCopy: true }],
  ['above it that OSS can copy at once', { multipartCopyThreshold: 999_999 }],
])('a size %s is copied in one request', async (_, options) => {
  const reports: TransferProgress[] = []
  const before = operations().length

  await new Copier(oss.client, options).copy(request, { onProgress: (progress) => reports.push(progress) })

  expect(operations().slice(before)).toEqual(['HeadObject', 'CopyObject'])
  expect(reports).toMatchObject([{ phase: 'copying', transferred: 1_000_000, total: 1_000_000 }])
  expect(isSame(await oss.stored('copy.bin'), bytes)).toBe(true)
})

const notShallow: [string, Partial<CopyRequest>, object][] = [
  ['that is not to be tried at once', {}, { disableShallowCopy: true }],
  ['that gets a storage class', { storageClass: 'IA' }, {}],
  ['from another bucket', { bucket: 'other', sourceBucket: 'files' }, {}],
]
test.each(notShallow)('a large object %s is copied in parts', async (_, change, options) => {
  const before = operations().length

  await new Copier(oss.client, { partSize, multipartCopyThreshold: partSize, ...options }).copy({
    ...request,
    ...change,
  })

  expect(operations().slice(before)).not.toContain('CopyObject')
  expect(operations().filter((name) => name === 'UploadPartCopy')).toHaveLength(10)
})

test('a large object that is encrypted by OSS is copied in parts', async () => {
  await putObject(oss.client, { bucket: 'files', key: 'secret', body: bytes, serverSideEncryption: 'AES256' })

  await copier({ disableShallowCopy: false }).copy({ ...request, sourceKey: 'secret' })

  expect(oss.count('CopyObject')).toBe(0)
})

test('a copy at once that takes too long is made in parts, another error is reported', async () => {
  oss.emulator.faults.add({ match: named('CopyObject'), delayMs: 1000 })
  await copier({ disableShallowCopy: false, shallowCopyTimeoutMs: 300 }).copy(request)
  expect(oss.count('UploadPartCopy')).toBe(10)
  expect(isSame(await oss.stored('copy.bin'), bytes)).toBe(true)

  // It is made all the same, only later.
  await vi.waitUntil(() => oss.count('CopyObject') === 1, { timeout: 20_000 })
  oss.emulator.faults.add({ match: named('CopyObject'), status: 403, code: 'AccessDenied' })
  await expect(copier({ disableShallowCopy: false }).copy(request)).rejects.toThrow(ServiceError)
})

test('metadata and tags go along with the parts', async () => {
  const result = await copier().copy(request)

  const { tagging: _, ...rest } = described
  const head = await oss.head('copy.bin')
  expect(head).toMatchObject(rest)
  expect(await tagsOf('copy.bin')).toEqual([
    ['a/b', 'c=d'],
    ['e', '+ :'],
  ])
  expect(result).toMatchObject({ etag: head.etag, hashCrc64: head.hashCrc64, uploadId: expect.any(String) })
  expect(isSame(await oss.stored('copy.bin'), bytes)).toBe(true)
})

test('a tag without a value, and those with all that tags may hold, go along as they are', async () => {
  const tagging = { flag: '', 'a b+c/=:-_.': '1 + 1 = 2' }
  await putObject(oss.client, { bucket: 'files', key: sourceKey, body: bytes, tagging })

  await copier().copy(request)

  expect(await tagsOf('copy.bin')).toEqual(await tagsOf(sourceKey))
  expect(await tagsOf('copy.bin')).toEqual(expect.arrayContaining(Object.entries(tagging)))
})

test('metadata and tags are those of the request where they replace', async () => {
  await copier().copy({
    ...request,
    metadataDirective: 'REPLACE',
    taggingDirective: 'Replace',
    metadata: { place: 'Basel' },
    contentType: 'text/plain',
    tagging: { x: 'y' },
  })

  const head = await oss.head('copy.bin')
  expect(head).toMatchObject({ metadata: { place: 'Basel' }, contentType: 'text/plain' })
  expect(head.cacheControl).toBeUndefined()
  expect(await tagsOf('copy.bin')).toEqual([['x', 'y']])
  expect(oss.count('GetObjectTagging')).toBe(1)
})

test('metadata and tags of the request are dropped where they do not replace', async () => {
  await copier().copy({ ...request, metadata: { place: 'Basel' }, contentType: 'text/plain', tagging: { x: 'y' } })

  expect(await oss.head('copy.bin')).toMatchObject({ metadata: { place: 'Zürich' }, contentType: 'text/x-mine' })
  expect(await tagsOf('copy.bin')).toHaveLength(2)
})

test('the language of the source goes along as well', async () => {
  const headers = { 'content-language': 'de-CH' }
  await putObject(oss.client, { bucket: 'files', key: 'german', body: bytes }, { headers })

  await copier().copy({ ...request, sourceKey: 'german' })

  expect((await oss.head('copy.bin')).response.headers['content-language']).toBe('de-CH')
})

test('a source without a type does not gain one by the key of the copy', async () => {
  const sourceProperties = { ...(await oss.head(sourceKey)), contentType: undefined }

  await copier().copy({ ...request, key: 'copy.html' }, { sourceProperties })

  expect((await oss.head('copy.html')).contentType).toBe('application/octet-stream')
})

test('what the request says besides metadata is kept', async () => {
  await copier().copy({ ...request, storageClass: 'IA', acl: 'public-read', serverSideEncryption: 'AES256' })

  expect(await oss.head('copy.bin')).toMatchObject({ storageClass: 'IA', serverSideEncryption: 'AES256' })
  expect((await getObjectAcl(oss.client, { bucket: 'files', key: 'copy.bin' })).acl).toBe('public-read')
})

test.each([
  ['metadataDirective', { metadataDirective: 'KEEP' }],
  ['taggingDirective', { taggingDirective: 'KEEP' }],
])('another %s is refused before anything is sent', async (field, change) => {
  const before = operations().length

  await expect(copier().copy({ ...request, ...(change as object) })).rejects.toThrow(
    `${field}: COPY or REPLACE, got KEEP`,
  )

  expect(operations()).toHaveLength(before)
})

test('properties that are known are not asked for', async () => {
  const sourceProperties = await headObject(oss.client, { bucket: 'files', key: sourceKey })
  const before = operations().length

  await copier().copy(request, { sourceProperties })

  expect(operations().slice(before, before + 2)).toEqual(['GetObjectTagging', 'InitiateMultipartUpload'])
  expect(isSame(await oss.stored('copy.bin'), bytes)).toBe(true)
})

test.each([
  ['ifMatch', { ifMatch: '"0"' }, 412],
  ['ifUnmodifiedSince', { ifUnmodifiedSince: new Date(0) }, 412],
  ['ifModifiedSince', { ifModifiedSince: new Date(4e12) }, 304],
])(
  'a condition that does not hold (%s) leaves nothing, also where the source is known',
  async (_, condition, status) => {
    const sourceProperties = await oss.head(sourceKey)
    const before = operations().length

    const copying = copier().copy({ ...request, ...condition }, { sourceProperties })

    await expect(copying).rejects.toMatchObject({ name: 'ServiceError', status })
    expect(operations().slice(before)).toEqual(['HeadObject'])
  },
)

test('a source that must not be what it is known to be is not copied', async () => {
  const sourceProperties = await oss.head(sourceKey)

  const copying = copier().copy({ ...request, ifNoneMatch: sourceProperties.etag }, { sourceProperties })

  await expect(copying).rejects.toMatchObject({ name: 'ServiceError', status: 304 })
  expect(oss.count('InitiateMultipartUpload')).toBe(0)
})

test('a source is asked for again where a condition was given that holds', async () => {
  const sourceProperties = await oss.head(sourceKey)
  await putObject(oss.client, { bucket: 'files', key: sourceKey, body: pattern(500_000, 3) })

  await copier().copy({ ...request, ifNoneMatch: sourceProperties.etag }, { sourceProperties })

  expect(isSame(await oss.stored('copy.bin'), pattern(500_000, 3))).toBe(true)
})

test('a source without a known ETag that is replaced meanwhile is not copied in part', async () => {
  const { etag: _, ...sourceProperties } = await oss.head(sourceKey)
  const lastModified = new Date(Date.now() - 60_000)

  const error = await failureOf(copier().copy(request, { sourceProperties: { ...sourceProperties, lastModified } }))

  expect(error.cause).toMatchObject({ name: 'ObjectChangedError' })
  expect(await oss.openUploads()).toEqual([])
})

test('a version is copied with its own tags', async () => {
  await putBucketVersioning(oss.client, { bucket: 'other', versioningConfiguration: { status: 'Enabled' } })
  const old = { bucket: 'other', key: 'a', body: bytes, tagging: { old: '1' } }
  const { versionId } = await putObject(oss.client, old)
  await putObject(oss.client, { bucket: 'other', key: 'a', body: 'new' })

  await copier().copy({ ...request, sourceBucket: 'other', sourceKey: 'a', sourceVersionId: versionId })

  expect(isSame(await oss.stored('copy.bin'), bytes)).toBe(true)
  expect(await tagsOf('copy.bin')).toEqual([['old', '1']])
})

test('progress only goes forward and ends at the size', async () => {
  const reports: TransferProgress[] = []
  await copier().copy(request, { onProgress: (progress) => reports.push(progress) })

  const moved = reports.map(({ transferred }) => transferred)
  expect(moved).toEqual([...moved].sort((a, b) => a - b))
  expect(reports.at(-1)).toMatchObject({ phase: 'completing', transferred: 1_000_000, total: 1_000_000 })
})

test('a part that fails for good gives the upload up, or leaves it', async () => {
  const refuse = () =>
    oss.emulator.faults.add({ match: named('UploadPartCopy', 5), status: 403, code: 'AccessDenied', times: 9 })

  refuse()
  const error = await failureOf(copier().copy(request))
  expect(error.message).toMatch(/^oss:\/\/files\/copy\.bin: upload \S+: UploadPartCopy: 403 AccessDenied/)
  expect(await oss.openUploads()).toEqual([])
  const left = await failureOf(copier({ leavePartsOnError: true }).copy(request))
  expect((await oss.openUploads()).map(({ uploadId }) => uploadId)).toEqual([left.uploadId])
})

test('a copy whose parts cannot be given up says that they may still be there', async () => {
  oss.emulator.faults.add({ match: named('UploadPartCopy', 5), status: 403, code: 'AccessDenied', times: 9 })
  oss.emulator.faults.add({ match: named('AbortMultipartUpload'), status: 503, times: 9 })
  const task = copier().copy(request)

  const { message, uploadId } = await failureOf(task)

  expect(message).toMatch(/^oss:\/\/files\/copy\.bin: upload \w+, which may still be open/)
  expect(task.openUploads).toEqual([{ bucket: 'files', key: 'copy.bin', uploadId }])
  expect((await oss.openUploads()).map((open) => open.uploadId)).toEqual([uploadId])
})

test('a source that is replaced meanwhile ends the copy', async () => {
  const sourceProperties = await headObject(oss.client, { bucket: 'files', key: sourceKey })
  await putObject(oss.client, { bucket: 'files', key: sourceKey, body: pattern(1_000_000, 3) })

  const error = await failureOf(copier().copy(request, { sourceProperties }))

  expect(error.cause).toMatchObject({ name: 'ObjectChangedError' })
  expect(await oss.openUploads()).toEqual([])
})

/** Answers whose headers and text ETags are cut before their closing quote. */
const cuttingEtags: Transport = async (sent) => {
  const { body, headers, ...response } = await fetchTransport()(sent)
  const { etag, ...others } = headers
  const text = body ? await new Response(body as ReadableStream<Uint8Array<ArrayBuffer>>).text() : ''
  return {
    ...response,
    headers: etag === undefined ? headers : { ...others, etag: etag.slice(0, 9) },
    body: body && new Response(text.replace(/<ETag>[^<]*/, '<ETag>&quot;5D41402A')).body,
  }
}

test('the beginning of an ETag is no ETag, so that the parts of a copy are listed', async () => {
  const client = oss.clientWith({
    transport: (sent) => (sent.method === 'HEAD' || sent.method === 'PUT' ? cuttingEtags : fetchTransport())(sent),
  })
  const options = { partSize, multipartCopyThreshold: partSize, disableShallowCopy: true }
  const before = oss.count('ListParts')

  await new Copier(client, options).copy(request)

  expect(oss.count('ListParts') - before).toBe(1)
  expect(isSame(await oss.stored('copy.bin'), bytes)).toBe(true)
})

test('a copy of another CRC-64 is no success', async () => {
  const transport: Transport = async (sent) => {
    const response = await fetchTransport()(sent)
    return sent.method === 'HEAD'
      ? { ...response, headers: { ...response.headers, 'x-oss-hash-crc64ecma': '1' } }
      : response
  }
  const options = { partSize, multipartCopyThreshold: partSize, disableShallowCopy: true }

  const error = await failureOf(new Copier(oss.clientWith({ transport }), options).copy(request))

  expect(error.cause).toMatchObject({ name: 'IntegrityError', clientCrc: '1' })
})

test('lost answers, bursts of errors and an expired token do no harm', async () => {
  const { faults } = oss.emulator
  faults.add({ match: named('UploadPartCopy', 2), dropAnswer: true })
  faults.add({ match: named('UploadPartCopy', 3), status: 503, times: 2 })
  faults.add({ match: named('HeadObject'), status: 500 })
  faults.add({ match: named('CompleteMultipartUpload'), dropAnswer: true, times: 3 })

  await copier().copy(request)

  expect(isSame(await oss.stored('copy.bin'), bytes)).toBe(true)
  expect(await oss.openUploads()).toEqual([])
})

test('a part that stalls is given up and copied again', async () => {
  oss.emulator.faults.add({ match: named('UploadPartCopy', 2), delayMs: 5000 })
  const impatient = oss.clientWith({ connectTimeoutMs: 100, readWriteTimeoutMs: 100 })
  const options = { partSize, multipartCopyThreshold: partSize, disableShallowCopy: true }

  await new Copier(impatient, options).copy(request)

  expect(oss.count('UploadPartCopy')).toBe(10)
  expect(isSame(await oss.stored('copy.bin'), bytes)).toBe(true)
})

test.each([
  [67_108_864, 20_000],
  [209_715_200, 20_000],
  [209_715_201, 30_000],
  [629_145_600, 40_000],
  [5_368_709_120, 50_000],
])('a part of %d bytes may take %d ms', async (size, expectedMs) => {
  const silences: unknown[] = []
  const transport: Transport = (sent) => {
    if (sent.url.includes('partNumber')) silences.push(sent.readWriteTimeoutMs)
    return fetchTransport()(sent)
  }
  const options = { partSize: size, multipartCopyThreshold: 1, disableShallowCopy: true }

  await new Copier(oss.clientWith({ transport, readWriteTimeoutMs: 20_000 }), options).copy(request)

  expect(silences).toEqual([expectedMs])
})

test('an abort rejects with its reason and leaves nothing', async () => {
  const task = copier().copy(request, { onProgress: () => void task.abort({ reason: 'enough' }) })

  await expect(task).rejects.toBe('enough')
  expect(await oss.openUploads()).toEqual([])
})

test('a paused copy goes on', async () => {
  let pauses = 0
  const task = copier().copy(request)
  task.on('progress', () => {
    if (pauses++ > 0) return
    task.pause()
    setTimeout(() => task.resume(), 5)
  })
  await task

  expect(isSame(await oss.stored('copy.bin'), bytes)).toBe(true)
})

/** Pauses when it is told to, looks at what is asked for meanwhile, and goes on. */
async function askedWhilePaused(copier: Copier, pauseAt: (task: ReturnType<Copier['copy']>) => void) {
  const task = copier.copy({ ...request, taggingDirective: 'REPLACE' })
  pauseAt(task)
  await vi.waitUntil(() => task.state === 'paused')
  const before = operations().length
  for (let turns = 0; turns < 50; turns++) await new Promise(setImmediate)
  const asked = operations().slice(before)
  task.resume()
  await task
  return asked
}

test('a copy that is paused before it is opened asks for nothing until it goes on', async () => {
  const send = fetchTransport()
  let onAnswer = () => {}
  const transport: Transport = async (sent) => {
    const answer = await send(sent)
    onAnswer()
    onAnswer = () => {}
    return answer
  }
  const paused = new Copier(oss.clientWith({ transport }), {
    partSize,
    multipartCopyThreshold: partSize,
    disableShallowCopy: true,
  })

  const asked = await askedWhilePaused(paused, (task) => {
    onAnswer = () => task.pause()
  })

  expect(asked).toEqual([])
  expect(isSame(await oss.stored('copy.bin'), bytes)).toBe(true)
})

test('a copy that is paused before it is completed is completed once it goes on', async () => {
  const asked = await askedWhilePaused(copier(), (task) => {
    task.on('progress', ({ transferred, total, phase }) => {
      if (transferred === total && phase === 'copying') task.pause()
    })
  })

  expect(asked).toEqual([])
  expect(isSame(await oss.stored('copy.bin'), bytes)).toBe(true)
})
