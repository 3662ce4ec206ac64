import { expect, test } from 'vitest'
import { fromHeaderBytes, toHeaderBytes } from '../src/header-bytes.ts'

test.each([
  ['plain', 'plain'],
  ['100 %, %41', '100 %, %41'],
  ['Zürich, %C3%BC', 'Z\u00c3\u00bcrich, %C3%BC'],
  ['\ufeffmark', '\u00ef\u00bb\u00bfmark'],
  ['苏黎世 🦊', '\u00e8\u008b\u008f\u00e9\u00bb\u008e\u00e4\u00b8\u0096 \u00f0\u009f\u00a6\u008a'],
])('%s travels as its UTF-8 bytes and comes back', (text, bytes) => {
  expect(toHeaderBytes(text)).toBe(bytes)
  expect(fromHeaderBytes(bytes)).toBe(text)
})

test.each([
  ['text that a runtime decoded already', '苏黎世'],
  ['a byte that is no UTF-8', 'Z\u00fcrich'],
])('%s stays as it came', (_, value) => {
  expect(fromHeaderBytes(value)).toBe(value)
})
