import type { Fault } from './fault.ts'

type Check = (value: unknown) => string | undefined

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

const wholeFrom =
  (least: number): Check =>
  (value) =>
    isNumber(value) && Number.isInteger(value) && value >= least ? undefined : `a whole number from ${least}`
const text: Check = (value) => (typeof value === 'string' ? undefined : 'a text')
const flag: Check = (value) => (typeof value === 'boolean' ? undefined : 'true or false')
const number: Check = (value) => (isNumber(value) ? undefined : 'a number')
const oneOf =
  (...words: string[]): Check =>
  (value) =>
    words.includes(String(value)) ? undefined : words.join(' or ')
const either =
  (first: Check, second: Check): Check =>
  (value) => {
    const [problem, other] = [first(value), second(value)]
    return problem === undefined || other === undefined ? undefined : `${problem}, or ${other}`
  }
const between =
  (least: number, most: number): Check =>
  (value) =>
    isNumber(value) && value >= least && value <= most ? undefined : `a number from ${least} to ${most}`

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const texts: Check = (value) =>
  isObject(value) && Object.values(value).every((one) => typeof one === 'string') ? undefined : 'an object of texts'

/** The words of a match. */
export const matchChecks: Readonly<Record<string, Check>> = {
  method: text,
  operation: text,
  bucket: text,
  key: text,
  query: texts,
  nth: wholeFrom(1),
}

/** The words of a fault beside `match`. */
export const effectChecks: Readonly<Record<string, Check>> = {
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

function checkWords(value: Record<string, unknown>, checks: Readonly<Record<string, Check>>, place: string): void {
  for (const [name, given] of Object.entries(value)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined
    if (check === undefined) throw new TypeError(`${place}${name}: no word of a fault; there are ${words(checks)}`)
    const wanted = given === undefined ? undefined : check(given)
    if (wanted !== undefined) throw new TypeError(`${place}${name}: ${wanted}, got ${JSON.stringify(given)}`)
  }
}

const words = (checks: Readonly<Record<string, Check>>): string => Object.keys(checks).join(', ')

/** Throws a `TypeError` that names what is wrong with a fault. */
export function checkFault(value: unknown, place = 'fault'): asserts value is Fault {
  if (!isObject(value)) throw new TypeError(`${place}: an object, got ${JSON.stringify(value)}`)
  const { match, ...effects } = value
  if (match !== undefined && typeof match !== 'function') {
    if (!isObject(match)) throw new TypeError(`${place}.match: an object, got ${JSON.stringify(match)}`)
    checkWords(match, matchChecks, `${place}.match.`)
  }
  checkWords(effects, effectChecks, `${place}.`)
}
