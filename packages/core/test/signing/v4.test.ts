import { expect, test } from 'vitest'
import { objectAddressing } from '../../src/endpoint/endpoint.ts'
import { tablesUri, vectorsUri } from '../../src/signing/canonical-uri.ts'
import { type Hasher, webCryptoHasher } from '../../src/signing/hasher.ts'
import { nobleHasher } from '../../src/signing/noble-hasher.ts'
import type { SignableRequest, SigningContext } from '../../src/signing/signer.ts'
import { createV4Signer, signedHeaders, stringToSign, v4Scope } from '../../src/signing/v4.ts'
import vectors from '../conformance/vectors/sign-v4-header.json' with { type: 'json' }

interface Input {
  signer: 'oss' | 'vectors' | 'tables'
  method: string
  bucket: string | null
  key: string | null
  query: Record<string, string | null>
  headers: Record<string, string>
  additionalHeaders: string[]
  credentials: { accessKeyId: string; accessKeySecret: string; securityToken?: string }
  region: string
  product: string
  signingTime: string
  cloudBoxId?: string
  accountId?: string
}

interface Case {
  id: string
  input: Input
  expected: {
    canonicalRequest: string
    scope: string
    stringToSign: string
    signature: string
    authorization: string
    addedHeaders: Record<string, string>
  }
}

const cases = vectors.cases as unknown as Case[]

const requestOf = ({ method, bucket, key, query, headers }: Input): SignableRequest => ({
  method,
  bucket: bucket ?? undefined,
  key: key ?? undefined,
  query: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, value ?? ''])),
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
})

const canonicalUris = {
  oss: ({ region, bucket, key }: Input) =>
    objectAddressing({ region })({
      path: '/',
      query: {},
      input: {},
      bucket: bucket ?? undefined,
      key: key ?? undefined,
    }).canonicalUri,
  vectors: ({ region, accountId, bucket, key }: Input) =>
    vectorsUri(region, accountId as string, bucket ?? undefined, key ?? undefined),
  tables: ({ region, bucket, key }: Input) => tablesUri(region, bucket ?? undefined, key ?? undefined),
}

const contextOf = (input: Input): SigningContext => ({
  credentials: input.credentials,
  region: input.cloudBoxId ?? input.region,
  product: input.cloudBoxId ? 'oss-cloudbox' : input.product,
  now: new Date(input.signingTime),
  additionalHeaders: input.additionalHeaders,
  canonicalUri: canonicalUris[input.signer](input),
})

const hashers = { WebCrypto: webCryptoHasher, noble: nobleHasher }

const sentAsUtf8 = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Buffer.from(value.trim(), 'utf8').toString('latin1')]),
  )

const example: Input = (cases.find(({ id }) => id === 'put-object') as Case).input

const countingHasher = () => {
  const prepared: string[] = []
  const hasher: Hasher = {
    sha256: nobleHasher.sha256,
    hmac: (algorithm, key) => {
      prepared.push(algorithm)
      return nobleHasher.hmac(algorithm, key)
    },
  }
  return { hasher, prepared }
}

/** WebCrypto, and the texts that it hashed. */
const rememberingHasher = () => {
  const hashed: string[] = []
  const hasher: Hasher = {
    ...webCryptoHasher,
    sha256: (data) => {
      hashed.push(new TextDecoder().decode(data))
      return webCryptoHasher.sha256(data)
    },
  }
  return { hasher, hashed }
}

test('the recorded cases are 54', () => {
  expect(cases).toHaveLength(54)
})

for (const [name, hasher] of Object.entries(hashers)) {
  test.each(cases)(`$id: ${name} gives the recorded authorization and headers`, async ({ input, expected }) => {
    const request = requestOf(input)

    const headers = await createV4Signer(hasher).signRequest(request, contextOf(input))

    const own = Object.keys(request.headers)
    expect(headers.authorization).toBe(expected.authorization)
    expect(headers).toMatchObject(expected.addedHeaders)
    expect(headers).toMatchObject(sentAsUtf8(request.headers))
    expect(new Set(Object.keys(headers))).toEqual(
      new Set([...own, ...Object.keys(expected.addedHeaders), 'authorization']),
    )
  })
}

test.each(cases)('$id: the texts on the way to the signature are the recorded ones', async ({ input, expected }) => {
  const { headers, ...request } = requestOf(input)
  const context = contextOf(input)
  const trimmed = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.trim()]))
  const signed = signedHeaders({ ...trimmed, ...expected.addedHeaders }, context.additionalHeaders)
  const { hasher, hashed } = rememberingHasher()

  const text = await stringToSign({ ...request, headers }, signed, context, hasher)
  const signature = await createV4Signer(webCryptoHasher).signText(text, input.credentials.accessKeySecret, context)

  expect(hashed).toEqual([expected.canonicalRequest])
  expect(v4Scope(context)).toBe(expected.scope)
  expect(text).toBe(expected.stringToSign)
  expect(signature).toBe(expected.signature)
})

test('one signer gives the recorded signatures for all credentials, days and regions in turn', async () => {
  const signer = createV4Signer(webCryptoHasher)

  const signed = await Promise.all(cases.map(({ input }) => signer.signRequest(requestOf(input), contextOf(input))))

  expect(signed.map(({ authorization }) => authorization)).toEqual(cases.map(({ expected }) => expected.authorization))
})

test('without credentials nothing is added, and text is still sent as UTF-8 bytes', async () => {
  const request = { method: 'GET', query: {}, headers: { range: 'bytes=0-9', 'x-oss-meta-name': '杭' } }

  const headers = await createV4Signer(webCryptoHasher).signRequest(request, {
    ...contextOf(example),
    credentials: undefined,
  })

  expect(headers).toEqual({ range: 'bytes=0-9', 'x-oss-meta-name': '\xe6\x9d\xad' })
})

test('date, payload hash and token given by the caller are replaced', async () => {
  const request = {
    ...requestOf(example),
    headers: {
      'x-oss-date': 'old',
      'x-oss-content-sha256': 'old',
      'x-oss-security-token': 'old',
      authorization: 'old',
    },
  }
  const credentials = { ...example.credentials, securityToken: 'token' }

  const headers = await createV4Signer(webCryptoHasher).signRequest(request, { ...contextOf(example), credentials })

  expect(headers).toMatchObject({
    'x-oss-date': '20240315T083045Z',
    'x-oss-content-sha256': 'UNSIGNED-PAYLOAD',
    'x-oss-security-token': 'token',
  })
  expect(headers.authorization).toMatch(/^OSS4-HMAC-SHA256 Credential=LTAI5tExampleAccessKeyId\//)
})

test('white space that HTTP drops is dropped before signing, other spaces are kept', async () => {
  const sign = createV4Signer(webCryptoHasher).signRequest
  const withHeader = (value: string) =>
    sign({ ...requestOf(example), headers: { 'x-oss-meta-a': value } }, contextOf(example))

  const [plain, padded, ideographic] = await Promise.all([
    withHeader('v'),
    withHeader(' \tv\r\n'),
    withHeader('\u3000v'),
  ])

  expect(padded).toEqual(plain)
  expect(ideographic?.['x-oss-meta-a']).toBe('\xe3\x80\x80v')
  expect(ideographic?.authorization).not.toBe(plain?.authorization)
})

test('names that every object inherits are not headers to sign', () => {
  const [lines, additional] = signedHeaders({ range: 'bytes=0-1' }, ['constructor', '__proto__', 'Range'])

  expect(lines).toEqual(['range:bytes=0-1'])
  expect(additional).toBe('range')
})

test('the request given is left as it was', async () => {
  const request = requestOf(example)
  const before = structuredClone(request)

  await createV4Signer(webCryptoHasher).signRequest(request, contextOf(example))

  expect(request).toEqual(before)
})

test('the signing key is derived once for each secret, day, region and product', async () => {
  const { hasher, prepared } = countingHasher()
  const { signText } = createV4Signer(hasher)
  const scope = { region: 'cn-hangzhou', product: 'oss', now: new Date('2024-03-15T08:30:45Z') }

  await signText('one', 'secret', scope)
  await signText('two', 'secret', { ...scope, now: new Date('2024-03-15T23:59:59Z') })
  expect(prepared).toHaveLength(5)

  await signText('one', 'other', scope)
  await signText('one', 'secret', { ...scope, now: new Date('2024-03-16T00:00:00Z') })
  await signText('one', 'secret', { ...scope, region: 'cn-beijing' })
  await signText('one', 'secret', { ...scope, product: 'osstables' })
  expect(prepared).toHaveLength(25)
})

test('a signer forgets keys rather than collecting them, and still signs the same', async () => {
  const { hasher, prepared } = countingHasher()
  const { signText } = createV4Signer(hasher)
  const scope = { region: 'cn-hangzhou', product: 'oss', now: new Date('2024-03-15T08:30:45Z') }
  const first = await signText('text', 'secret', scope)

  for (const index of Array(16).keys()) await signText('text', `secret ${index}`, scope)
  const again = await signText('text', 'secret', scope)

  expect(again).toBe(first)
  expect(prepared).toHaveLength(18 * 5)
})

test('no property of a signer leads to a secret', async () => {
  const signer = createV4Signer(webCryptoHasher)

  await signer.signRequest(requestOf(example), contextOf(example))

  expect(Object.values(signer).every((value) => typeof value === 'function')).toBe(true)
  expect(JSON.stringify(signer)).toBe('{}')
})
