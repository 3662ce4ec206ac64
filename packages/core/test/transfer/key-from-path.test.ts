import { folderUploads, keyFromPath, ValidationError } from '@oss-js/core'
import { expect, test } from 'vitest'

const eAcute = '\u00e9'
const eWithAccent = 'e\u0301'

test.each([
  ['cat.jpg', 'cat.jpg'],
  ['photos/2026/cat.jpg', 'photos/2026/cat.jpg'],
  ['photos\\2026\\cat.jpg', 'photos/2026/cat.jpg'],
  ['./photos//cat.jpg', 'photos/cat.jpg'],
  ['empty/', 'empty/'],
  ['..cat/a..b/...', '..cat/a..b/...'],
  ['影片 😀/+%#?.mov', '影片 😀/+%#?.mov'],
  [`caf${eWithAccent}.txt`, `caf${eAcute}.txt`],
])('the path %j becomes the key %j', (path, key) => {
  expect(keyFromPath(path)).toBe(key)
})

test('a prefix stands before the path, and a name can stay as it is on disk', () => {
  expect(keyFromPath('a/b', { prefix: 'uploads/' })).toBe('uploads/a/b')
  expect(keyFromPath(`${eWithAccent}.txt`, { normalization: 'none' })).toBe(`${eWithAccent}.txt`)
})

test.each([
  ['/etc/passwd', 'is absolute'],
  ['\\server\\share', 'is absolute'],
  ['C:\\photos\\cat.jpg', 'is absolute'],
  ['../secret', '.. segment'],
  ['a/../../secret', '.. segment'],
  ['a\\..\\secret', '.. segment'],
  ['..', '.. segment'],
  ['', 'an empty key'],
  ['./', 'an empty key'],
  ['a\nb', 'control characters'],
  ['a\u007fb', 'control characters'],
  ['a\ud800b', 'no valid Unicode'],
  ['影'.repeat(342), 'more than 1023 bytes'],
])('the path %j is refused', (path, problem) => {
  expect(() => keyFromPath(path)).toThrow(ValidationError)
  expect(() => keyFromPath(path)).toThrow(problem)
})

test('a key of 1023 bytes is the longest', () => {
  expect(keyFromPath('影'.repeat(341))).toHaveLength(341)
})

test.each(['/up', '\\up', '../up/', 'a/../'])('the prefix %j is refused', (prefix) => {
  expect(() => keyFromPath('a', { prefix })).toThrow(ValidationError)
})

test('the files of a folder become uploads below the prefix', () => {
  const entries = [
    { path: 'a\\b.txt', source: 'b' },
    { path: 'empty/', source: '' },
  ]

  expect(folderUploads(entries, { bucket: 'files', prefix: 'site/', cacheControl: 'no-cache' })).toEqual([
    { request: { bucket: 'files', key: 'site/a/b.txt', cacheControl: 'no-cache' }, source: 'b' },
    { request: { bucket: 'files', key: 'site/empty/', cacheControl: 'no-cache' }, source: '' },
  ])
})
