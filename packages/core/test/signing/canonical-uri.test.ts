import { expect, test } from 'vitest'
import { tablesUri, vectorsUri } from '../../src/signing/canonical-uri.ts'

test('a vector bucket is named by region and account, the service by the region alone', () => {
  expect(vectorsUri('cn-hangzhou', '123', 'vec')).toBe('/acs%3Aossvector%3Acn-hangzhou%3A123%3Avec/')
  expect(vectorsUri('cn-hangzhou', '123')).toBe('/acs%3Aossvector%3Acn-hangzhou%3A%3A/')
})

test('a path below a table bucket is decoded before it is encoded for signing', () => {
  expect(tablesUri('cn-hangzhou', 'acs:osstables:cn-hangzhou:123:bucket/t', 'a%2Fb%20c')).toBe(
    '/acs%3Aosstables%3Acn-hangzhou%3A123%3Abucket/t/a/b%20c',
  )
  expect(tablesUri('cn-hangzhou', undefined, 'buckets')).toBe('/acs%3Aosstables%3Acn-hangzhou%3A%3Abucket//buckets')
})
