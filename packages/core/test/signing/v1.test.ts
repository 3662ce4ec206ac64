import { expect, test } from 'vitest'
import { createClient } from '../../src/client/client.ts'
import { putObject } from '../../src/operations/object-basic.ts'
import { webCryptoHasher } from '../../src/signing/hasher.ts'
import { nobleHasher } from '../../src/signing/noble-hasher.ts'
import type { SignableRequest } from '../../src/signing/signer.ts'
import { createV1Signer, v1StringToSign } from '../../src/signing/v1.ts'
import vectors from '../conformance/vectors/sign-v1-header.json' with { type: 'json' }

interface Case {
  id: string
  input: {
    method: string
    bucket: string | null
    key: string | null
    query: Record<string, string | null>
    headers: Record<string, string>
    credentials: { accessKeyId: string; accessKeySecret: string; securityToken?: string }
    region: string
    signingTime: string
    dateHeader: string
  }
  expected: {
    stringToSign: string
    signature: string
    authorization: string
    addedHeaders: Record<string, string>
  }
}

const cases = vectors.cases as unknown as Case[]
const casesOnPages = cases.filter(({ input }) => input.dateHeader === 'x-oss-date')

const requestOf = ({ method, bucket, key, query, headers }: Case['input']): SignableRequest => ({
  method,
  bucket: bucket ?? undefined,
  key: key ?? undefined,
  query: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, value ?? ''])),
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
})

const contextOf = ({ credentials, region, signingTime }: Case['input']) => ({
  credentials,
  region,
  product: 'oss',
  now: new Date(signingTime),
  canonicalUri: '/',
})

const lowerCased = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.trim()]))

const hashers = { WebCrypto: webCryptoHasher, noble: nobleHasher }
const example = cases.find(({ id }) => id === 'x-oss-date-put') as Case

test('the recorded cases are 25, of which a page can send 3', () => {
  expect([cases.length, casesOnPages.length]).toEqual([25, 3])
})

test.each(cases)('$id: the string to sign and its signature are the recorded ones', async ({ input, expected }) => {
  const request = requestOf(input)
  const { Date: date, ...added } = expected.addedHeaders
  const headers = { ...lowerCased(request.headers), ...added }

  const text = v1StringToSign({ ...request, headers }, date ?? (added['x-oss-date'] as string))
  const { accessKeySecret } = input.credentials
  const signatures = await Promise.all(
    Object.values(hashers).map((hasher) => createV1Signer(hasher).signText(text, accessKeySecret, contextOf(input))),
  )

  expect(text).toBe(expected.stringToSign)
  expect(signatures).toEqual([expected.signature, expected.signature])
})

for (const [name, hasher] of Object.entries(hashers)) {
  test.each(casesOnPages)(`$id: ${name} gives the recorded authorization and headers`, async ({ input, expected }) => {
    const headers = await createV1Signer(hasher).signRequest(requestOf(input), contextOf(input))

    expect(headers).toEqual({
      ...lowerCased(input.headers),
      ...expected.addedHeaders,
      authorization: expected.authorization,
    })
  })
}

test.each(vectors.signedSubResources)('the parameter %s is signed', (name) => {
  const text = v1StringToSign({ method: 'GET', bucket: 'b', key: 'k', query: { [name]: 'v' }, headers: {} }, 'date')

  expect(text).toBe(`GET\n\n\ndate\n/b/k?${name}=v`)
})

test('a parameter is compared exactly, and signed for its name beginning with x-oss- only if it does', () => {
  const query = { ACL: '', 'x-oss': '1', 'X-Oss-Process': '2', 'x-oss-ac-anything': '3', prefix: '4' }

  const text = v1StringToSign({ method: 'GET', bucket: 'b', query, headers: {} }, 'date')

  expect(text).toBe('GET\n\n\ndate\n/b/?x-oss-ac-anything=3')
})

test('text beyond ASCII is signed as text and sent as UTF-8 bytes', async () => {
  const { input, expected } = cases.find(({ id }) => id === 'header-utf8') as Case

  const headers = await createV1Signer(webCryptoHasher).signRequest(requestOf(input), contextOf(input))

  expect(headers['x-oss-meta-name']).toBe('\xe6\x9d\xad\xe5\xb7\x9e')
  expect(expected.stringToSign).toContain('x-oss-meta-name:杭州\n')
})

test('without credentials nothing is added', async () => {
  const request = { method: 'GET', query: {}, headers: { range: 'bytes=0-9' } }

  const headers = await createV1Signer(nobleHasher).signRequest(request, {
    ...contextOf(example.input),
    credentials: undefined,
  })

  expect(headers).toEqual({ range: 'bytes=0-9' })
})

test('date, token and authorization given by the caller are replaced', async () => {
  const { input } = cases.find(({ id }) => id === 'sts-x-oss-date') as Case
  const stale = { 'x-oss-date': 'old', 'x-oss-security-token': 'old', authorization: 'old' }
  const request = requestOf(input)

  const { signRequest } = createV1Signer(webCryptoHasher)
  const headers = await signRequest({ ...request, headers: { ...request.headers, ...stale } }, contextOf(input))

  expect(headers).toEqual(await signRequest(request, contextOf(input)))
})

test('a client with signatureVersion v1 sends the recorded headers', async () => {
  const { input, expected } = example
  const sent: Record<string, string>[] = []
  const client = createClient({
    region: input.region,
    credentialsProvider: input.credentials,
    signatureVersion: 'v1',
    now: () => Date.parse(input.signingTime),
    async transport({ headers }) {
      sent.push(headers)
      return { status: 200, headers: {}, body: null }
    },
  })

  await putObject(client, {
    bucket: input.bucket as string,
    key: input.key as string,
    contentType: 'text/plain',
    metadata: { z: '1' },
  })

  expect(sent).toEqual([
    {
      ...lowerCased(input.headers),
      ...expected.addedHeaders,
      authorization: expected.authorization,
    },
  ])
})
