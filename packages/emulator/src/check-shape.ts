/** Tells what a value should be, or nothing when it is so. */
export type Check = (value: unknown) => string | undefined

/** Checks by the name of the member. */
export type Checks = Readonly<Record<string, Check>>

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

/** Whether a value is an object and no list. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const wholeFrom =
  (least: number): Check =>
  (value) =>
    isNumber(value) && Number.isInteger(value) && value >= least ? undefined : `a whole number from ${least}`

export const text: Check = (value) => (typeof value === 'string' ? undefined : 'a text')

export const flag: Check = (value) => (typeof value === 'boolean' ? undefined : 'true or false')

export const number: Check = (value) => (isNumber(value) ? undefined : 'a number')

export const object: Check = (value) => (isObject(value) ? undefined : 'an object')

export const oneOf =
  (...words: string[]): Check =>
  (value) =>
    words.includes(String(value)) ? undefined : words.join(' or ')

export const either =
  (first: Check, second: Check): Check =>
  (value) => {
    const [problem, other] = [first(value), second(value)]
    return problem === undefined || other === undefined ? undefined : `${problem}, or ${other}`
  }

export const between =
  (least: number, most: number): Check =>
  (value) =>
    isNumber(value) && value >= least && value <= most ? undefined : `a number from ${least} to ${most}`

/** An object all of whose members are texts. */
export const texts: Check = (value) =>
  isObject(value) && Object.values(value).every((one) => typeof one === 'string') ? undefined : 'an object of texts'

export const listOf =
  (check: Check, what: string): Check =>
  (value) =>
    Array.isArray(value) && value.every((one) => check(one) === undefined) ? undefined : `a list of ${what}`

/** Throws a `TypeError` that names the first member which is not as its check wants it, or has none. */
export function checkMembers(value: Record<string, unknown>, checks: Checks, place: string, what: string): void {
  for (const [name, given] of Object.entries(value)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined
    if (check === undefined)
      throw new TypeError(`${place}${name}: no word of ${what}; there are ${Object.keys(checks).join(', ')}`)
    const wanted = given === undefined ? undefined : check(given)
    if (wanted !== undefined)
      throw new TypeError(`${place}${name}: ${wanted}, got ${/secret/i.test(name) ? '***' : JSON.stringify(given)}`)
  }
}

/** Reads JSON text. Throws a `TypeError` that names the place. */
export function readJson(source: string, place: string): unknown {
  try {
    return JSON.parse(source)
  } catch (error) {
    throw new TypeError(`${place}: not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}
