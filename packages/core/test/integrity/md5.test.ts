import { describe, expect, it } from 'vitest'
import { emptyContentMd5 } from '../../src/integrity/empty-content-md5.ts'
import { contentMd5 } from '../../src/integrity/md5.ts'
import vectors from '../conformance/vectors/md5.json' with { type: 'json' }
import { toBytes } from './vector-data.ts'

describe('contentMd5', () => {
  it.each(vectors.cases)('is what OSS expects for $id', ({ data, contentMd5: expected }) => {
    expect(contentMd5(toBytes(data))).toBe(expected)
  })
})

describe('emptyContentMd5', () => {
  it('is the MD5 of nothing', () => {
    expect(emptyContentMd5).toBe('1B2M2Y8AsgTpgAmY7PhCfg==')
  })
})
