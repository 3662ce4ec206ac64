import { expect, test } from 'vitest'
import { ValidationError } from '../src/errors.ts'
import { encodeKey, encodeQuery, percentEncode } from '../src/percent-encode.ts'

const thrownBy = (work: () => unknown): unknown => {
  try {
    return work()
  } catch (error) {
    return error
  }
}

test('only the unreserved characters of RFC 3986 stay', () => {
  const unreserved = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~'

  expect(percentEncode(unreserved)).toBe(unreserved)
  expect(percentEncode(' !"#$%&\'()*+,/:;<=>?@[\\]^`{|}')).toBe(
    '%20%21%22%23%24%25%26%27%28%29%2A%2B%2C%2F%3A%3B%3C%3D%3E%3F%40%5B%5C%5D%5E%60%7B%7C%7D',
  )
  expect(percentEncode('\0\n\x7f')).toBe('%00%0A%7F')
})

test('text beyond ASCII becomes its UTF-8 bytes in upper-case hex', () => {
  expect(percentEncode('é中😀')).toBe('%C3%A9%E4%B8%AD%F0%9F%98%80')
})

test('a key keeps its slashes, and a percent sign in it is encoded again', () => {
  expect(encodeKey('a//b/%2F/ü')).toBe('a//b/%252F/%C3%BC')
})

test('half of a surrogate pair is refused, naming the field', () => {
  expect(thrownBy(() => percentEncode('\ud83d', 'prefix'))).toMatchObject({ name: 'ValidationError', field: 'prefix' })
  expect(thrownBy(() => encodeKey('a/\ude00'))).toMatchObject({ name: 'ValidationError', field: 'key' })
  expect(thrownBy(() => encodeQuery({ marker: '\ud83d' }))).toBeInstanceOf(ValidationError)
  expect(thrownBy(() => encodeQuery({ marker: '\ud83d' }))).toMatchObject({ field: 'marker' })
})

test('a query is sorted by the bytes of the encoded names, without = for empty values', () => {
  expect(encodeQuery({})).toBe('')
  expect(encodeQuery({ b: '', 'a.b': '1', 'a b': '2', a: 'x/y', 中: '3' })).toBe('%E4%B8%AD=3&a=x%2Fy&a%20b=2&a.b=1&b')
})
