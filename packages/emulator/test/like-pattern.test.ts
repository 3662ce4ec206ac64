import { expect, test } from 'vitest'
import { likePattern } from '../src/select/like-pattern.ts'

test.each([
  ['abc', 'abc', true],
  ['abc', 'abcd', false],
  ['a%', 'abcd', true],
  ['%d', 'abcd', true],
  ['%b%', 'abcd', true],
  ['a*d', 'abcd', true],
  ['a%a', 'a', false],
  ['a%b%c', 'acbc', true],
  ['a%b%c', 'acb', false],
  ['%ab%ab%', 'abab', true],
  ['%ab%ab%', 'aab', false],
  ['a?c', 'abc', true],
  ['a?c', 'a😀c', true],
  ['a?c', 'ac', false],
  ['a.c', 'abc', false],
  ['%a.b', 'xxa.b', true],
  ['a_c', 'abc', false],
  ['%', '', true],
  ['line%end', 'line\nend', true],
])('like %j of %j is %s', (pattern, text, isLike) => {
  expect(likePattern(pattern, undefined)(text)).toBe(isLike)
})

test('an escape character takes the meaning from the next one', () => {
  const isLike = likePattern('100!%!!%', '!')
  expect(['100%!', '100%!x', '100x!'].map(isLike)).toEqual([true, true, false])
})

test('a pattern that nearly matches takes no more time than the text is long', () => {
  expect(likePattern('%a%a%a%a%b', undefined)('a'.repeat(256 * 1024))).toBe(false)
})
