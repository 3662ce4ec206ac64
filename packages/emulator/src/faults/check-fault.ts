import {
  between,
  type Checks,
  checkMembers,
  either,
  flag,
  isObject,
  number,
  oneOf,
  text,
  texts,
  wholeFrom,
} from '../check-shape.ts'
import type { Fault } from './fault.ts'

/** The words of a match. */
export const matchChecks: Checks = {
  method: text,
  operation: text,
  bucket: text,
  key: text,
  query: texts,
  nth: wholeFrom(1),
}

/** The words of a fault beside `match`. */
export const effectChecks: Checks = {
  skip: wholeFrom(0),
  times: either(wholeFrom(1), oneOf('always')),
  chance: between(0, 1),
  delayMs: wholeFrom(0),
  clockJumpSeconds: number,
  expireTokens: flag,
  status: between(200, 599),
  code: text,
  body: oneOf('request', 'answer'),
  dropAfterBytes: wholeFrom(0),
  bytesPerSecond: wholeFrom(1),
  corrupt: either(flag, wholeFrom(0)),
  deliverTwice: flag,
  dropAnswer: flag,
}

/** Throws a `TypeError` that names what is wrong with a fault. */
export function checkFault(value: unknown, place = 'fault'): asserts value is Fault {
  if (!isObject(value)) throw new TypeError(`${place}: an object, got ${JSON.stringify(value)}`)
  const { match, ...effects } = value
  if (match !== undefined && typeof match !== 'function') {
    if (!isObject(match)) throw new TypeError(`${place}.match: an object, got ${JSON.stringify(match)}`)
    checkMembers(match, matchChecks, `${place}.match.`, 'a fault')
  }
  checkMembers(effects, effectChecks, `${place}.`, 'a fault')
}
