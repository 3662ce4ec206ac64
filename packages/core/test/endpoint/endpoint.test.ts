import { expect, test } from 'vitest'
import type { Address } from '../../src/endpoint/addressing.ts'
import { type EndpointConfig, objectAddressing } from '../../src/endpoint/endpoint.ts'
import vectors from '../conformance/vectors/endpoints.json' with { type: 'json' }

interface Case {
  id: string
  input: {
    client: string
    config: EndpointConfig
    bucket: string | null
    key: string | null
    query: Record<string, string | null>
  }
  expected: { url?: string; host?: string; signRegion?: string; signProduct?: string; error?: string }
  alternative?: { error: string }
}

const cases = (vectors.cases as Case[]).filter(({ input }) => input.client === 'oss')
const refusal = ({ expected, alternative }: Case) => (alternative ?? expected).error
const accepted = cases.filter((each) => refusal(each) === undefined)
const refused = cases.filter((each) => refusal(each) !== undefined)

const withoutNulls = (query: Record<string, string | null>) =>
  Object.fromEntries(Object.entries(query).map(([name, value]) => [name, value ?? '']))

const addressOf = (config: EndpointConfig, bucket?: string, key?: string, query = {}): Address =>
  objectAddressing(config)({ path: '/', input: {}, bucket, key, query })

const resolve = ({ input: { config, bucket, key, query } }: Case) =>
  addressOf(config, bucket ?? undefined, key ?? undefined, withoutNulls(query))

const thrownBy = (work: () => unknown): unknown => {
  try {
    return work()
  } catch (error) {
    return error
  }
}

test('the recorded cases of the object service are 72', () => {
  expect(accepted.length + refused.length).toBe(72)
})

test.each(accepted)('$id: the URL and what is signed are the recorded ones', (each) => {
  const { url, region, product } = resolve(each)

  expect(url).toBe(each.expected.url)
  expect(region).toBe(each.expected.signRegion)
  expect(product).toBe(each.expected.signProduct)
  expect(new URL(url).href.replace(/=(?=&|$)/g, '')).toBe(each.expected.url)
})

test.each(refused)('$id: refused before anything is sent', (each) => {
  const fields: Record<string, string> = {
    'invalid-endpoint': 'region',
    'invalid-bucket': 'bucket',
    'invalid-key': 'key',
  }

  expect(thrownBy(() => resolve(each))).toMatchObject({
    name: 'ValidationError',
    field: fields[refusal(each) as string],
  })
})

test.each([
  ['oss-cn-hangzhou.aliyuncs.com:8443?a=b#c', 'https://abc.oss-cn-hangzhou.aliyuncs.com:8443/'],
  ['HTTP://oss.example.com?x', 'http://abc.oss.example.com/'],
  ['https://oss.example.com#x@y', 'https://abc.oss.example.com/'],
  ['[::1]', 'https://[::1]/abc/'],
  ['http://127.1:80', 'http://127.1:80/abc/'],
  ['http://1.2.3.4.example.com', 'http://abc.1.2.3.4.example.com/'],
])('the endpoint %s leads to %s', (endpoint, url) => {
  expect(addressOf({ region: 'cn-hangzhou', endpoint }, 'abc').url).toBe(url)
})

test.each([
  'ftp://a.com',
  'https://',
  '://a.com',
  'a.com:port',
  'a b.com',
  'a.com\\@evil.com',
  'http:/a.com',
  'a.com\n',
])('the endpoint %j is refused', (endpoint) => {
  expect(thrownBy(() => objectAddressing({ region: 'cn-hangzhou', endpoint }))).toMatchObject({
    name: 'ValidationError',
    field: 'endpoint',
  })
})

test('a password in the endpoint is refused and stays out of the message', () => {
  const error = thrownBy(() => objectAddressing({ region: 'cn-hangzhou', endpoint: 'https://me:pass@oss.example.com' }))

  expect(error).toMatchObject({
    message: 'endpoint: expected a host, or its http or https URL, got "***@oss.example.com"',
  })
})

test('an empty endpoint and undefined flags mean the defaults', () => {
  const address = addressOf({ region: 'cn-beijing', endpoint: '', usePathStyle: undefined, cloudBoxId: '' }, 'abc')

  expect(address).toEqual({
    url: 'https://abc.oss-cn-beijing.aliyuncs.com/',
    region: 'cn-beijing',
    product: 'oss',
    canonicalUri: '/abc/',
  })
})

test('without an endpoint there is no domain name that is bound to a bucket', () => {
  const flags = { region: 'cn-beijing', useCname: true }

  expect(addressOf(flags, 'abc', 'a').url).toBe('https://abc.oss-cn-beijing.aliyuncs.com/a')
  expect(addressOf({ ...flags, usePathStyle: true }, 'abc', 'a').url).toBe('https://oss-cn-beijing.aliyuncs.com/abc/a')
})

test.each([{}, { usePathStyle: true }, { endpoint: 'img.example.com', useCname: true }])(
  'an object, a bucket and the service are signed under their own paths with %j',
  (flags) => {
    const config = { region: 'cn-hangzhou', ...flags }

    expect(addressOf(config, 'abc', 'a/b c').canonicalUri).toBe('/abc/a/b%20c')
    expect(addressOf(config, 'abc').canonicalUri).toBe('/abc/')
    expect(addressOf(config).canonicalUri).toBe('/')
  },
)

test('dual stack goes before internal, and internal before acceleration', () => {
  const useAll = { useDualStackEndpoint: true, useInternalEndpoint: true, useAccelerateEndpoint: true }

  expect(addressOf({ region: 'cn-hangzhou', ...useAll }).url).toBe('https://cn-hangzhou.oss.aliyuncs.com/')
  expect(addressOf({ region: 'cn-hangzhou', ...useAll, useDualStackEndpoint: false }).url).toBe(
    'https://oss-cn-hangzhou-internal.aliyuncs.com/',
  )
})

test('a cloud box id given wins over the one detected', () => {
  const endpoint = 'cb-abc123.cn-hangzhou.oss-cloudbox.aliyuncs.com'

  expect(addressOf({ endpoint, enableAutoDetectCloudBoxId: true, cloudBoxId: 'cb-other' }).region).toBe('cb-other')
})

test('a cloud box id is found before a port', () => {
  const endpoint = 'cb-abc123.cn-hangzhou.oss-cloudbox.aliyuncs.com:8443'

  expect(addressOf({ endpoint, enableAutoDetectCloudBoxId: true }).region).toBe('cb-abc123')
})

test.each(['a.cb-x.cn-hangzhou.oss-cloudbox.aliyuncs.com', 'xb-1.cn-hangzhou.oss-cloudbox.aliyuncs.com'])(
  'no cloud box id is found in %s',
  (endpoint) => {
    const address = addressOf({ region: 'cn-hangzhou', endpoint, enableAutoDetectCloudBoxId: true })

    expect(address).toMatchObject({ region: 'cn-hangzhou', product: 'oss' })
  },
)

test('each refusal says the rule and what was given', () => {
  const config = { region: 'cn-hangzhou' }

  expect(() => objectAddressing({ region: 'oss-cn-hangzhou' })).toThrow(
    'region: expected an id as in cn-hangzhou, without oss-, got "oss-cn-hangzhou"',
  )
  expect(() => addressOf(config, 'My_Bucket')).toThrow(
    'bucket: expected 3 to 63 of a-z, 0-9 and inner -, got "My_Bucket"',
  )
  expect(() => addressOf(config, 'abc', 'k'.repeat(1024))).toThrow('key: expected 1 to 1023 bytes of UTF-8, got 1024')
  expect(() => addressOf(config, 'abc', 'a/../b')).toThrow('key: expected no . or .. between slashes, got "a/../b"')
})

test.each(['.', 'a/.', 'a/..', '../a', 'a/./b'])('the key %s is refused', (key) => {
  expect(thrownBy(() => addressOf({ region: 'cn-hangzhou' }, 'abc', key))).toMatchObject({
    field: 'key',
  })
})

test.each(['.a', 'a.', '..a/b..', '%2e%2e/a', 'a/%2E', 'tab\tline\n', ' '])('the key %j arrives as it is', (key) => {
  const url = new URL(addressOf({ region: 'cn-hangzhou' }, 'abc', key).url)

  expect(decodeURIComponent(url.pathname)).toBe(`/${key}`)
})

test('half of a surrogate pair in a key is refused', () => {
  expect(thrownBy(() => addressOf({ region: 'cn-hangzhou' }, 'abc', 'a\ud83d'))).toMatchObject({
    name: 'ValidationError',
    field: 'key',
  })
})
