import { expect, test } from 'vitest'
import { toHeaderBytes } from '../src/header-bytes.ts'

test('ASCII stays, everything else becomes its UTF-8 bytes, one character each', () => {
  expect(toHeaderBytes('a-Z 0~')).toBe('a-Z 0~')
  expect(toHeaderBytes('é')).toBe('\xc3\xa9')
  expect(toHeaderBytes('杭州🚀')).toBe('\xe6\x9d\xad\xe5\xb7\x9e\xf0\x9f\x9a\x80')
})

test('the bytes are a header value that fetch accepts', () => {
  const headers = new Headers({ 'x-oss-meta-name': toHeaderBytes('杭州') })

  expect(headers.get('x-oss-meta-name')).toBe('\xe6\x9d\xad\xe5\xb7\x9e')
})
