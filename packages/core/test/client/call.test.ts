import { createHash, createHmac } from 'node:crypto'
import { getEventListeners } from 'node:events'
import { inspect } from 'node:util'
import { describe, expect, test, vi } from 'vitest'
import { createClient } from '../../src/client/client.ts'
import { refreshing } from '../../src/credentials/refreshing.ts'
import { IntegrityError, RequestError, ServiceError, TimeoutError, ValidationError } from '../../src/errors.ts'
import type { Progress } from '../../src/http/progress.ts'
import { operation } from '../../src/operation.ts'
import type { Hasher } from '../../src/signing/hasher.ts'
import { download, header, headers, number, query, required, upload } from '../../src/words.ts'
import { uncaughtErrors } from '../transfer/uncaught-errors.ts'
import { refusal, scripted, text } from './recording.ts'

const put = operation({
  name: 'PutThing',
  route: 'PUT /{bucket}/{key}',
  contentMd5: false,
  input: { body: upload, contentLength: header('Content-Length', number), metadata: headers('x-oss-meta-') },
  output: { etag: header('ETag') },
})

const get = operation({
  name: 'GetThing',
  route: 'GET /{bucket}/{key}',
  contentMd5: false,
  input: { range: header('Range'), process: query('x-oss-process') },
  output: { body: required(download) },
})

const thing = { bucket: 'photos', key: 'a.txt' }
/** CRC-64 of `hello oss`, from the corpus. */
const helloCrc = '15021467531229347219'

describe('sending', () => {
  test('a request is signed and goes to the bucket', async () => {
    const { client, sent } = scripted([{ headers: { etag: '"E"', 'x-oss-request-id': 'R' } }], {
      now: () => Date.UTC(2026, 0, 31, 12),
    })

    const output = await put(client, { ...thing, body: 'hello oss' })

    expect(output).toEqual({
      etag: '"E"',
      response: { status: 200, headers: { etag: '"E"', 'x-oss-request-id': 'R' }, requestId: 'R' },
    })
    expect(sent[0]).toMatchObject({
      method: 'PUT',
      url: 'https://photos.oss-cn-hangzhou.aliyuncs.com/a.txt',
      bodySize: 9,
    })
    expect(text(sent[0]!.bytes)).toBe('hello oss')
    expect(sent[0]!.headers['x-oss-date']).toBe('20260131T120000Z')
    expect(sent[0]!.headers.authorization).toMatch(
      /^OSS4-HMAC-SHA256 Credential=id\/20260131\/cn-hangzhou\/oss\/aliyun_v4_request,Signature=[\da-f]{64}$/,
    )
  })

  test('headers and query of the options are sent, and fields win over them', async () => {
    const { client, sent } = scripted([{}])

    await put(
      client,
      { ...thing, metadata: { by: 'field' } },
      { headers: { 'X-OSS-Meta-By': 'option', 'x-oss-meta-other': 'option' }, query: { 'x-oss-ac-vpc-id': 'v 1' } },
    )

    expect(sent[0]!.headers).toMatchObject({ 'x-oss-meta-by': 'field', 'x-oss-meta-other': 'option' })
    expect(sent[0]!.url).toBe('https://photos.oss-cn-hangzhou.aliyuncs.com/a.txt?x-oss-ac-vpc-id=v%201')
  })

  test('headers and query of the options that are undefined are left out', async () => {
    const { client, sent } = scripted([{}])
    const headers = { 'X-Empty': '', 'X-None': undefined, 'X-OSS-Meta-By': undefined } as object as Record<
      string,
      string
    >
    const query = { empty: '', none: undefined } as object as Record<string, string>

    await put(client, { ...thing, metadata: { by: 'field' } }, { headers, query })

    expect(sent[0]!.headers).toMatchObject({ 'x-empty': '', 'x-oss-meta-by': 'field' })
    expect(sent[0]!.headers).not.toHaveProperty('x-none')
    expect(sent[0]!.url).toBe('https://photos.oss-cn-hangzhou.aliyuncs.com/a.txt?empty')
  })

  test.each([
    ['text', 'grün', 'grün'],
    ['an ArrayBuffer', new TextEncoder().encode('ab').buffer, 'ab'],
    ['a view into a larger buffer', new TextEncoder().encode('xabx').subarray(1, 3), 'ab'],
    ['a Blob', new Blob(['ab'], { type: 'text/html' }), 'ab'],
    ['a stream', new Blob(['ab']).stream(), 'ab'],
    ['an async iterable', chunks('a', 'b'), 'ab'],
    ['a factory', () => 'ab', 'ab'],
    ['a factory of a stream', async () => new Blob(['ab']).stream(), 'ab'],
    ['a source', { size: 2, open: () => chunks('a', 'b') }, 'ab'],
    ['nothing', undefined, ''],
    ['an empty string', '', ''],
  ])('%s is a body', async (_, body, expected) => {
    const { client, sent } = scripted([{}])

    await put(client, { ...thing, ...(body !== undefined && { body }) })

    expect(text(sent[0]!.bytes)).toBe(expected)
    expect(sent[0]!.headers['content-type']).toBeUndefined()
  })

  test('a Blob is sent without its own type, which would not be signed', async () => {
    const { client, sent } = scripted([{}])

    await put(client, { ...thing, body: new Blob(['ab'], { type: 'text/html' }) })

    expect((sent[0]!.body as Blob).type).toBe('')
  })

  test('what is no body is refused before anything is sent', async () => {
    const { client, sent } = scripted([{}])

    await expect(put(client, { ...thing, body: 42 as never })).rejects.toThrow(/^body: cannot send number; give text/)
    await expect(put(client, { ...thing, body: {} as never })).rejects.toThrow(ValidationError)

    expect(sent).toEqual([])
  })

  test.each([
    ['a line break', 'me\r\nx-oss-object-acl: public-read'],
    ['half of a surrogate pair', 'me \ud83d'],
  ])('%s in a header is refused, and the field is named', async (_, by) => {
    const { client, sent } = scripted([{}])

    const call = put(client, { ...thing, metadata: { by } })

    await expect(call).rejects.toMatchObject({ name: 'ValidationError', field: 'metadata.by' })
    expect(sent).toEqual([])
  })

  test('a stream with fewer or more bytes than declared fails', async () => {
    const { client } = scripted([{}])

    await expect(put(client, { ...thing, body: chunks('abc'), contentLength: 4 })).rejects.toThrow(
      'body: ended after 3 of the 4 bytes declared',
    )
    await expect(put(client, { ...thing, body: chunks('abc'), contentLength: 2 })).rejects.toThrow(
      'body: holds more than the 2 bytes declared',
    )
  })

  test('a client without a region is refused, unless it signs nothing', async () => {
    const endpoint = 'https://static.example.com'
    const keys = { accessKeyId: 'i', accessKeySecret: 's' }

    expect(() => createClient({ region: '', endpoint, credentialsProvider: keys })).toThrow(/^region: /)
    expect(() => createClient({ region: '', endpoint, credentialsProvider: 'anonymous' })).not.toThrow()
  })
})

describe('retrying', () => {
  test('a busy service is asked again with the same body', async () => {
    const { client, sent } = scripted([
      refusal(503, 'SlowDown'),
      { error: new RequestError('cut') },
      { headers: { etag: '"E"' } },
    ])

    const { etag } = await put(client, { ...thing, body: 'hello oss' })

    expect(etag).toBe('"E"')
    expect(sent.map(({ bytes }) => text(bytes))).toEqual(['hello oss', 'hello oss', 'hello oss'])
  })

  test('the last error comes as it is when attempts are used up', async () => {
    const { client, sent } = scripted([refusal(500, 'InternalError')])

    await expect(put(client, { ...thing, body: 'x' })).rejects.toMatchObject({
      name: 'ServiceError',
      message: 'PutThing: 500 InternalError: InternalError happened. (request 65F2A0000000000000000001)',
      code: 'InternalError',
      status: 500,
      operation: 'PutThing',
      requestId: '65F2A0000000000000000001',
    })
    expect(sent).toHaveLength(3)
  })

  test('a number in the call wins over the client, and the client over the retryer', async () => {
    const { client, sent } = scripted([refusal(500, 'InternalError')], { retryMaxAttempts: 2 })

    await expect(put(client, thing)).rejects.toThrow(ServiceError)
    expect(sent).toHaveLength(2)
    await expect(put(client, thing, { retryMaxAttempts: 5 })).rejects.toThrow(ServiceError)
    expect(sent).toHaveLength(7)
  })

  test('characters that an error document refers to by number are read, and what is no character stays', async () => {
    const { client } = scripted([refusal(400, 'X', '<Key>&#128512;&#x1F600;&#65;&#xFFFFFFF;&#no;</Key>')])

    await expect(put(client, thing)).rejects.toMatchObject({ fields: { Key: '😀😀A&#xFFFFFFF;&#no;' } })
  })

  test('an error document may declare a namespace', async () => {
    const body = '<Error xmlns="http://doc.oss-cn-hangzhou.aliyuncs.com"><Code>X</Code><Message>No.</Message></Error>'
    const { client } = scripted([{ status: 400, body }])

    await expect(put(client, thing)).rejects.toMatchObject({ code: 'X', reason: 'No.' })
  })

  test('a header x-oss-err that is no base64 hides no refusal', async () => {
    const { client } = scripted([{ ...refusal(403, 'AccessDenied'), headers: { 'x-oss-err': '!' } }])

    await expect(put(client, thing)).rejects.toMatchObject({ name: 'ServiceError', code: 'AccessDenied' })
  })

  test('a callback that fails is an error, and another 203 is none', async () => {
    const { client, sent } = scripted([{ ...refusal(203, 'CallbackFailed') }])
    const headers = { 'x-oss-callback': 'e30=' }

    await expect(put(client, thing, { headers })).rejects.toMatchObject({ status: 203, code: 'CallbackFailed' })
    await expect(put(client, thing)).resolves.toMatchObject({ response: { status: 203 } })

    expect(sent).toHaveLength(2)
  })

  test('what the application did wrong is not repeated', async () => {
    const { client, sent } = scripted([refusal(404, 'NoSuchBucket')])

    await expect(put(client, { ...thing, body: 'x' })).rejects.toThrow(/404 NoSuchBucket/)

    expect(sent).toHaveLength(1)
  })

  test.each([
    ['a bare stream', () => new Blob(['ab']).stream()],
    ['a generator', () => chunks('a', 'b')],
  ])('%s is sent once and never repeated', async (_, body) => {
    const { client, sent } = scripted([refusal(503, 'SlowDown')])

    await expect(put(client, { ...thing, body: body() })).rejects.toThrow(/503 SlowDown/)

    expect(sent).toHaveLength(1)
  })

  test.each([
    ['a factory of a stream', () => () => new Blob(['ab']).stream()],
    ['an iterable that starts anew', () => ({ [Symbol.asyncIterator]: () => chunks('a', 'b') })],
    ['a source', () => ({ open: () => new Blob(['ab']).stream() })],
    ['a Blob', () => new Blob(['ab'])],
  ])('%s is opened again for every attempt', async (_, body) => {
    const { client, sent } = scripted([refusal(503, 'SlowDown'), refusal(503, 'SlowDown'), {}])

    await put(client, { ...thing, body: body() })

    expect(sent.map(({ bytes }) => text(bytes))).toEqual(['ab', 'ab', 'ab'])
  })

  test.each([
    ['a stream', () => new Blob(['ab']).stream()],
    ['a generator', () => chunks('ab')],
  ])('a factory that gives %s a second time stores nothing of what is left', async (_, open) => {
    const { client, sent } = scripted([refusal(503, 'SlowDown'), {}])
    const body = open()

    await expect(put(client, { ...thing, body: () => body })).rejects.toThrow(
      new ValidationError('body', 'opened again, it is the stream that was read before'),
    )

    expect(sent).toHaveLength(1)
  })

  test('an iterable that hands out the same iterator each time is sent once', async () => {
    const { client, sent } = scripted([refusal(503, 'SlowDown'), {}])
    const iterator = chunks('ab')

    const call = put(client, { ...thing, body: { [Symbol.asyncIterator]: () => iterator } })

    await expect(call).rejects.toMatchObject({ code: 'SlowDown' })
    expect(sent).toHaveLength(1)
  })

  test('an abort ends the call with its reason, and nothing is repeated', async () => {
    const abort = new AbortController()
    const reason = new Error('changed my mind')
    const { client, sent } = scripted([
      () => {
        abort.abort(reason)
        return refusal(503, 'SlowDown')
      },
    ])

    await expect(put(client, { ...thing, body: 'x' }, { signal: abort.signal })).rejects.toBe(reason)

    expect(sent).toHaveLength(1)
  })

  test('an abort before the call sends nothing', async () => {
    const { client, sent } = scripted([{}])

    await expect(put(client, thing, { signal: AbortSignal.abort('no') })).rejects.toBe('no')

    expect(sent).toEqual([])
  })

  test('timeoutMs bounds all attempts together', async () => {
    vi.useFakeTimers()
    try {
      const retryer = { maxAttempts: 1000, isRetryable: () => true, delayMs: () => 400 }
      const { client, sent } = scripted([refusal(503, 'SlowDown')], { retryer, hasher: immediateHasher })

      const call = put(client, thing, { timeoutMs: 1000 })
      const outcome = expect(call).rejects.toThrow(
        new TimeoutError('PutThing: took longer than the 1000 ms of timeoutMs'),
      )
      await vi.advanceTimersByTimeAsync(1000)

      await outcome
      expect(sent).toHaveLength(3)
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  test('a signal that outlives its calls keeps no listener of theirs', async () => {
    const { signal } = new AbortController()
    const { client } = scripted([{ body: 'abc' }])

    for (let call = 0; call < 5; call++) {
      const { body } = await get(client, thing, { signal, timeoutMs: 1000 })
      await body.text()
      await put(client, thing, { signal, timeoutMs: 1000 })
    }

    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})

describe('temporary credentials', () => {
  const token = (number: number) => ({
    accessKeyId: `STS.${number}`,
    accessKeySecret: 'secret',
    securityToken: `token-${number}`,
  })

  test.each(['SecurityTokenExpired', 'InvalidSecurityToken', 'InvalidAccessKeyId'])(
    'after %s they are fetched afresh and the call goes on',
    async (code) => {
      let fetched = 0
      const { client, sent } = scripted([refusal(403, code), { headers: { etag: '"E"' } }], {
        credentialsProvider: refreshing(async () => token(++fetched)),
      })

      await put(client, { ...thing, body: 'x' })

      expect(sent.map(({ headers }) => headers['x-oss-security-token'])).toEqual(['token-1', 'token-2'])
    },
  )

  test('credentials that are refused afresh as well are replaced until the attempts are used up', async () => {
    let fetched = 0
    const { client, sent } = scripted([refusal(403, 'SecurityTokenExpired')], {
      credentialsProvider: refreshing(async () => token(++fetched)),
    })

    await expect(put(client, thing)).rejects.toMatchObject({ code: 'SecurityTokenExpired' })

    expect(sent.map(({ headers }) => headers['x-oss-security-token'])).toEqual(['token-1', 'token-2', 'token-3'])
  })

  test('a server that hands out the refused credentials again is not asked a third time', async () => {
    const { client, sent } = scripted([refusal(403, 'SecurityTokenExpired')], {
      credentialsProvider: refreshing(async () => token(1)),
    })

    await expect(put(client, thing)).rejects.toMatchObject({ code: 'SecurityTokenExpired' })

    expect(sent).toHaveLength(2)
  })

  test('static credentials are not tried again', async () => {
    const { client, sent } = scripted([refusal(403, 'InvalidAccessKeyId')])

    await expect(put(client, thing)).rejects.toMatchObject({ code: 'InvalidAccessKeyId' })

    expect(sent).toHaveLength(1)
  })

  test('a failing provider is asked again', async () => {
    let asked = 0
    const { client, sent } = scripted([{}], {
      async credentialsProvider() {
        if (++asked < 3) throw new Error('the token server is away')
        return token(asked)
      },
    })

    await put(client, thing)

    expect(sent).toHaveLength(1)
  })
})

describe('the clock', () => {
  const now = Date.UTC(2026, 0, 31, 12)

  test.each([
    ['behind', 'Sat, 31 Jan 2026 13:00:00 GMT', '20260131T130000Z'],
    ['ahead', 'Sat, 31 Jan 2026 11:00:00 GMT', '20260131T110000Z'],
  ])('an hour %s is corrected from the Date header and stays corrected', async (_, date, expected) => {
    const skewed = refusal(403, 'RequestTimeTooSkewed')
    const { client, sent } = scripted([{ ...skewed, headers: { ...skewed.headers, date } }, {}], { now: () => now })

    await put(client, { ...thing, body: 'x' })
    await put(client, thing)

    expect(sent.map(({ headers }) => headers['x-oss-date'])).toEqual(['20260131T120000Z', expected, expected])
  })

  test('is corrected from the error document where the Date header is hidden', async () => {
    const skewed = refusal(403, 'RequestTimeTooSkewed', '<ServerTime>2026-01-31T13:00:00.000Z</ServerTime>')
    const { client, sent } = scripted([skewed, {}], { now: () => now })

    await put(client, thing)

    expect(sent[1]!.headers['x-oss-date']).toBe('20260131T130000Z')
  })
})

describe('integrity', () => {
  test.each([
    ['bytes', () => 'hello oss'],
    ['a Blob', () => new Blob(['hello oss'])],
    ['a stream', () => new Blob(['hello ', 'oss']).stream()],
  ])('the CRC-64 of %s is compared with what OSS stored', async (_, body) => {
    const good = scripted([{ headers: { 'x-oss-hash-crc64ecma': helloCrc } }])
    const bad = scripted([{ headers: { 'x-oss-hash-crc64ecma': '1' } }])

    await put(good.client, { ...thing, body: body() })
    const failure = put(bad.client, { ...thing, body: body() })

    await expect(failure).rejects.toMatchObject({ name: 'IntegrityError', clientCrc: helloCrc, serverCrc: '1' })
  })

  test('an upload that arrived changed is sent again', async () => {
    const { client, sent } = scripted([
      { headers: { 'x-oss-hash-crc64ecma': '1' } },
      { headers: { 'x-oss-hash-crc64ecma': helloCrc } },
    ])

    await put(client, { ...thing, body: 'hello oss' })

    expect(sent).toHaveLength(2)
  })

  test('a CRC-64 that the answer does not show is unknown, not wrong', async () => {
    const { client } = scripted([{}])

    await expect(put(client, { ...thing, body: 'hello oss' })).resolves.toBeDefined()
  })

  test('the check can be switched off', async () => {
    const { client } = scripted([{ headers: { 'x-oss-hash-crc64ecma': '1' }, body: '' }], {
      disableUploadCrc64Check: true,
      disableDownloadCrc64Check: true,
    })

    await put(client, { ...thing, body: 'hello oss' })
    const { body } = await get(client, thing)

    await expect(body.text()).resolves.toBe('')
  })

  test('what processing made is not compared, however it was asked for', async () => {
    const { client } = scripted([
      { headers: { 'content-length': '5', 'x-oss-hash-crc64ecma': helloCrc }, body: 'other' },
    ])

    const { body } = await get(client, thing, { query: { 'x-oss-process': 'image/info' } })

    await expect(body.text()).resolves.toBe('other')
  })

  test('a whole download is compared, and fails at its end', async () => {
    const stored = { 'content-length': '9', 'x-oss-hash-crc64ecma': helloCrc }
    const good = scripted([{ headers: stored, body: 'hello oss' }])
    const bad = scripted([{ headers: stored, body: 'hello oSs' }])

    await expect((await get(good.client, thing)).body.text()).resolves.toBe('hello oss')
    await expect((await get(bad.client, thing)).body.text()).rejects.toThrow(IntegrityError)
  })

  test.each([
    ['a range', { ...thing, range: 'bytes=0-4' }, { status: 206, headers: { 'content-length': '5' }, body: 'hello' }],
    ['a processed image', { ...thing, process: 'image/info' }, { headers: { 'content-length': '5' }, body: 'hello' }],
    ['what the browser unpacked', thing, { headers: { 'content-length': '3' }, body: 'hello' }],
  ])('%s is not compared', async (_, input, reply) => {
    const { client } = scripted([{ ...reply, headers: { ...reply.headers, 'x-oss-hash-crc64ecma': '1' } }])

    const { body } = await get(client, input)

    await expect(body.text()).resolves.toBe('hello')
  })
})

describe('progress', () => {
  test('what a listener throws does not change the call, and is an error that nobody caught', async () => {
    await using uncaught = uncaughtErrors()
    const { client } = scripted([{ headers: { etag: '"E"' } }])
    const onProgress = () => {
      throw new Error('of the listener')
    }

    const { etag } = await put(client, { ...thing, body: { size: 4, open: () => chunks('ab', 'cd') } }, { onProgress })

    expect(etag).toBe('"E"')
    await vi.waitFor(() => expect(uncaught.messages).toContain('of the listener'), { timeout: 20_000 })
  })

  test('goes forward only, also when an attempt starts again', async () => {
    const reports: Progress[] = []
    const { client } = scripted([refusal(503, 'SlowDown'), {}])

    await put(
      client,
      { ...thing, body: { size: 4, open: () => chunks('ab', 'cd') } },
      { onProgress: (p) => reports.push(p) },
    )

    expect(reports).toEqual([
      { transferred: 2, total: 4, increment: 2 },
      { transferred: 4, total: 4, increment: 2 },
    ])
  })

  test('a download reports the bytes that were read', async () => {
    const reports: Progress[] = []
    const { client } = scripted([{ headers: { 'content-length': '3' }, body: 'abc' }])

    const { body } = await get(client, thing, { onProgress: (p) => reports.push(p) })
    await body.bytes()

    expect(reports.at(-1)).toMatchObject({ transferred: 3, total: 3 })
  })
})

test('a refusal has the headers of its answer, but not the document that one of them holds', async () => {
  const document = Buffer.from('<Error><Code>NotModified</Code></Error>').toString('base64')
  const { client } = scripted([{ status: 304, headers: { etag: '"a"', 'x-oss-err': document } }])

  const error = await put(client, thing).catch((reason: unknown) => reason)

  expect(error).toMatchObject({ status: 304, code: 'NotModified' })
  expect((error as ServiceError).headers).toEqual({ etag: '"a"' })
})

describe('secrets', () => {
  test('OSS quoting the request does not bring them into the error', async () => {
    const canonical =
      '<CanonicalRequest>PUT&#10;x-oss-security-token:canary-token&#10;</CanonicalRequest>' +
      '<CanonicalRequestBytes>63 61 6E 61 72 79 2D 74 6F 6B 65 6E</CanonicalRequestBytes>'
    const { client } = scripted([refusal(403, 'SignatureDoesNotMatch', canonical)], {
      credentialsProvider: { accessKeyId: 'id', accessKeySecret: 'canary-secret', securityToken: 'canary-token' },
    })

    const error = await put(client, { ...thing, body: 'x' }).catch((reason: unknown) => reason)

    expect(error).toBeInstanceOf(ServiceError)
    expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(/canary|63 61 6E/)
  })

  test.each([
    ['escaped in XML', refusal(403, 'X', '<Quoted>canary&#x2F;token&#61;</Quoted>')],
    [
      'escaped in JSON',
      {
        status: 403,
        headers: { 'content-type': 'application/json' },
        body: '{"Error":{"Code":"X","Message":"canary\\/token="}}',
      },
    ],
    ['encoded by a proxy', { status: 502, body: 'cannot PUT /?x-oss-security-token=canary%2Ftoken%3D' }],
    ['in lower case', { status: 502, body: 'cannot PUT /?x-oss-security-token=canary%2ftoken%3d' }],
    ['encoded twice', { status: 502, body: 'cannot PUT /?x-oss-security-token=canary%252Ftoken%253D' }],
    ['on a page', { status: 403, body: '<html>x-oss-security-token: canary&#x2F;token&#61;</html>' }],
    ['in JSON of a proxy', { status: 403, body: '{"headers":{"x-oss-security-token":"canary\\/token="}}' }],
    ['in a header', { status: 307, headers: { location: '/?x-oss-security-token=canary%2Ftoken%3D' } }],
  ])('a token %s does not come into the error', async (_, reply) => {
    const { client } = scripted([reply], {
      credentialsProvider: { accessKeyId: 'id', accessKeySecret: 'secret', securityToken: 'canary/token=' },
    })

    const error = await put(client, thing, { retryMaxAttempts: 1 }).catch((reason: unknown) => reason)

    expect(error).toBeInstanceOf(ServiceError)
    expect(inspect(error, { depth: 20, showHidden: true })).toContain('***')
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('canary')
  })

  test('a client shows none of them', () => {
    const { client } = scripted([{}])

    expect(inspect(client, { depth: 20, showHidden: true }) + JSON.stringify(client)).not.toContain('canary')
  })

  test('the log has none of them', async () => {
    const lines: unknown[] = []
    const warn = (...line: unknown[]) => lines.push(line)
    const { client } = scripted([refusal(503, 'SlowDown'), {}], { logger: { warn } })

    await put(client, { ...thing, body: 'x' })

    expect(lines).toHaveLength(1)
    expect(inspect(lines, { depth: 20 })).not.toContain('canary')
  })
})

/** WebCrypto answers in its own time, which fake timers do not move. */
const immediateHasher: Hasher = {
  sha256: (data) => new Uint8Array(createHash('sha256').update(data).digest()),
  hmac: (algorithm, key) => (message) =>
    new Uint8Array(createHmac(algorithm.replace('-', ''), key).update(message).digest()),
}

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of texts) yield new TextEncoder().encode(chunk)
}
