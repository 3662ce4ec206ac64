import { expect, test } from 'vitest'
import { matchesStar, matchesWildcard } from '../src/wildcard.ts'

test.each([
  ['*', '', true],
  ['**', 'a', true],
  ['', 'a', false],
  ['a*', 'a\nb', true],
  ['a*c', 'abcbc', true],
  ['a*c', 'abcb', false],
  ['*.b*d', 'a.b.b.cd', true],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['a.c', 'abc', false],
  ['?*', '', false],
])('%j matches %j: %j', (pattern, text, expected) => {
  expect(matchesWildcard(pattern, text)).toBe(expected)
})

test('letters are compared without their case where that is asked for', () => {
  expect(matchesWildcard('oss:Get*', 'OSS:getObject', true)).toBe(true)
  expect(matchesWildcard('oss:Get*', 'OSS:getObject')).toBe(false)
})

test('a question mark may stand for itself', () => {
  expect([matchesStar('a?*', 'a?b'), matchesStar('a?*', 'abc')]).toEqual([true, false])
})

test('a pattern of many stars is soon found not to match', { timeout: 5000 }, () => {
  expect(matchesWildcard(`${'*a'.repeat(30)}b`, 'a'.repeat(1023))).toBe(false)
})
