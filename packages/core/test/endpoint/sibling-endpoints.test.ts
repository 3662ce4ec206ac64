import { expect, test } from 'vitest'
import type { Addressed, Addressing } from '../../src/endpoint/addressing.ts'
import type { SiblingEndpointConfig } from '../../src/endpoint/sibling-endpoint.ts'
import { tablesAddressing } from '../../src/endpoint/tables-endpoint.ts'
import { type VectorsEndpointConfig, vectorsAddressing } from '../../src/endpoint/vectors-endpoint.ts'
import recorded from '../conformance/vectors/endpoints.json' with { type: 'json' }
import signatures from '../conformance/vectors/sign-v4-header.json' with { type: 'json' }

interface Where {
  bucket: string | null
  key: string | null
  query: Record<string, string | null>
}

interface Case {
  id: string
  input: Where & { client: 'vectors' | 'tables'; config: VectorsEndpointConfig }
  expected: { url?: string; signRegion?: string; signProduct?: string; error?: string }
}

interface SignedCase {
  id: string
  input: Where & { signer: string; region: string; accountId?: string }
  expected: { url: string; canonicalRequest: string }
}

const cases = (recorded.cases as unknown as Case[]).filter(({ input }) => ['vectors', 'tables'].includes(input.client))
const accepted = cases.filter(({ expected }) => expected.error === undefined)
const refused = cases.filter(({ expected }) => expected.error !== undefined)
const signed = (signatures.cases as unknown as SignedCase[]).filter(({ input }) => input.signer !== 'oss')

const addressings: Record<string, (config: VectorsEndpointConfig) => Addressing> = {
  vectors: vectorsAddressing,
  tables: tablesAddressing,
}

/** As an operation leaves it: the route's path filled in, and what the input says of the bucket. */
const requestOf = (client: string, { bucket, key, query }: Where): Addressed => ({
  bucket: bucket ?? undefined,
  path: client === 'vectors' ? `/${bucket === null ? '' : '{bucket}'}` : `/${key ?? ''}`,
  query: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, value ?? ''])),
  input: client === 'tables' && bucket !== null ? { tableBucketArn: bucket } : {},
})

const thrownBy = (work: () => unknown): unknown => {
  try {
    return work()
  } catch (error) {
    return error
  }
}

test('the recorded cases of vectors and tables are 21', () => {
  expect(accepted.length + refused.length).toBe(21)
})

test.each(accepted)('$id: the URL and what is signed are the recorded ones', ({ input, expected }) => {
  const { url, region, product } = addressings[input.client]!(input.config)(requestOf(input.client, input))

  expect({ url, region, product }).toEqual({
    url: expected.url,
    region: expected.signRegion,
    product: expected.signProduct,
  })
})

test.each(refused)('$id: refused before anything is sent', ({ input, expected }) => {
  const fields: Record<string, string> = {
    'invalid-endpoint': 'region',
    'invalid-bucket': 'bucket',
    'invalid-bucket-arn': 'tableBucketArn',
  }

  const thrown = thrownBy(() => addressings[input.client]!(input.config)(requestOf(input.client, input)))

  expect(thrown).toMatchObject({ name: 'ValidationError', field: fields[expected.error!] })
})

test('the recorded signatures of vectors and tables are 5', () => {
  expect(signed).toHaveLength(5)
})

test.each(signed)('$id: the URL and the path that is signed are the recorded ones', ({ input, expected }) => {
  const { signer, region, accountId = '' } = input

  const { url, canonicalUri } = addressings[signer]!({ region, accountId })(requestOf(signer, input))

  expect(url).toBe(expected.url)
  expect(canonicalUri).toBe(expected.canonicalRequest.split('\n')[1])
})

test.each([undefined, '', 'me', '12 3', 'acs:123'])('vectors refuse the account id %j', (accountId) => {
  const config = { region: 'cn-hangzhou', accountId } as VectorsEndpointConfig

  expect(thrownBy(() => vectorsAddressing(config))).toMatchObject({ name: 'ValidationError', field: 'accountId' })
})

test('vectors refuse an IP address, before which no bucket can stand', () => {
  const config = { region: 'cn-hangzhou', accountId: '123', endpoint: 'http://127.0.0.1:9000' }

  expect(thrownBy(() => vectorsAddressing(config))).toMatchObject({ name: 'ValidationError', field: 'endpoint' })
})

const tables = (config: Partial<SiblingEndpointConfig> = {}) => tablesAddressing({ region: 'cn-hangzhou', ...config })

const withArn = (input: Addressed['input']): Addressed => ({ path: '/get-table', query: {}, input })

test('a table that only its ARN names is asked for at its bucket', () => {
  const address = tables()(withArn({ tableArn: 'acs:osstables:cn-hangzhou:123:bucket/tb2/table/0f1e' }))

  expect(address.url).toBe('https://tb2-123.cn-hangzhou.oss-tables.aliyuncs.com/get-table')
  expect(address.canonicalUri).toBe('/acs%3Aosstables%3Acn-hangzhou%3A123%3Abucket/tb2/get-table')
})

test.each([
  ['tableArn', { tableArn: 'acs:osstables:cn-hangzhou:123:bucket/tb2' }],
  ['tableBucketArn', { tableBucketArn: 'acs:osstables:cn-hangzhou:123:bucket/tb2/table/0f1e' }],
  ['tableBucketArn', { tableBucketArn: 'acs:osstables:cn-hangzhou:me:bucket/tb2' }],
  ['tableBucketArn', { tableBucketArn: 'acs:osstables:cn-hangzhou:123:bucket/tb2@evil.example' }],
])('a %s that is none is refused also where the host does not need it: %o', (field, input) => {
  expect(thrownBy(() => tables({ usePathStyle: true })(withArn(input)))).toMatchObject({ field })
})
