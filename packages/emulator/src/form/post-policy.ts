import { accessDenied, ServiceFault } from '../errors.ts'

/** A condition that a form must meet. */
interface FieldCondition {
  readonly kind: 'eq' | 'starts-with' | 'in' | 'not-in'
  /** In lower case, without `$`. */
  readonly field: string
  readonly values: readonly string[]
  /** As the policy words it. */
  readonly text: string
}

/** What a client was permitted to send in a form. */
export interface PostPolicy {
  readonly expiresAt: Date
  readonly conditions: readonly FieldCondition[]
  /** Least and greatest size of the file in bytes. */
  readonly sizes: readonly (readonly [least: number, greatest: number])[]
}

const invalidPolicy = (problem: string): ServiceFault =>
  new ServiceFault(400, 'InvalidPolicyDocument', `Invalid Policy: ${problem}`, { ec: '0006-00000201' })

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parsePolicy(encoded: string): Record<string, unknown> {
  try {
    const policy: unknown = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'))
    if (isRecord(policy)) return policy
  } catch {
    throw invalidPolicy('Invalid JSON: the policy is not Base64 of a JSON document.')
  }
  throw invalidPolicy('Invalid JSON: the policy is not an object.')
}

function readExpiration(value: unknown): Date {
  const isUtc = typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value)
  const expiresAt = new Date(isUtc ? value : Number.NaN)
  if (Number.isNaN(expiresAt.getTime())) throw invalidPolicy('Policy missing expiration, or it is no ISO 8601 time.')
  return expiresAt
}

const fieldName = (name: string): string => name.replace(/^\$/, '').toLowerCase()

function readOperands(kind: string, value: unknown): readonly string[] | undefined {
  const takesList = kind === 'in' || kind === 'not-in'
  if (takesList) return Array.isArray(value) && value.every((text) => typeof text === 'string') ? value : undefined
  return typeof value === 'string' ? [value] : undefined
}

function readFieldCondition(condition: readonly unknown[]): FieldCondition {
  const [operator, field, value] = condition
  const kind = typeof operator === 'string' ? operator.toLowerCase() : ''
  const values = readOperands(kind, value)
  const isKnown = kind === 'eq' || kind === 'starts-with' || kind === 'in' || kind === 'not-in'
  if (!isKnown || condition.length !== 3 || typeof field !== 'string' || values === undefined) {
    throw invalidPolicy(`Invalid Condition: ${JSON.stringify(condition)}`)
  }
  return { kind, field: fieldName(field), values, text: JSON.stringify(condition) }
}

function readSizes([, least, greatest]: readonly unknown[]): readonly [number, number] {
  const sizes = [Number(least), Number(greatest)] as const
  if (sizes.every((size) => Number.isInteger(size) && size >= 0) && sizes[0] <= sizes[1]) return sizes
  throw invalidPolicy('Invalid Condition: content-length-range takes two sizes.')
}

/** `{"bucket": "a"}` says the same as `["eq", "$bucket", "a"]`. */
const asLists = (condition: unknown): readonly (readonly unknown[])[] => {
  if (Array.isArray(condition)) return [condition]
  if (!isRecord(condition)) throw invalidPolicy(`Invalid Condition: ${JSON.stringify(condition)}`)
  return Object.entries(condition).map(([name, value]) => ['eq', `$${name}`, value])
}

/** Reads the policy of a form, or throws 400 `InvalidPolicyDocument`. */
export function readPostPolicy(encoded: string): PostPolicy {
  const policy = parsePolicy(encoded)
  const expiresAt = readExpiration(policy.expiration)
  if (!Array.isArray(policy.conditions)) throw invalidPolicy('Policy missing conditions.')
  const lists = policy.conditions.flatMap(asLists)
  const isRange = ([operator]: readonly unknown[]): boolean => operator === 'content-length-range'
  return {
    expiresAt,
    conditions: lists.filter((list) => !isRange(list)).map(readFieldCondition),
    sizes: lists.filter(isRange).map(readSizes),
  }
}

function isMet({ kind, values }: FieldCondition, value: string): boolean {
  if (kind === 'starts-with') return value.startsWith(values[0] ?? '')
  return kind === 'not-in' ? !values.includes(value) : values.includes(value)
}

/** Throws 403 unless the policy holds at this time and for these fields, given by lower-case name. */
export function checkPostPolicy(policy: PostPolicy, fields: ReadonlyMap<string, string>, now: Date): void {
  if (now >= policy.expiresAt) {
    throw accessDenied('Invalid according to Policy: Policy expired.', {
      reason: `the policy expired at ${policy.expiresAt.toISOString()}, it is ${now.toISOString()}`,
    })
  }
  const failed = policy.conditions.find((condition) => !isMet(condition, fields.get(condition.field) ?? ''))
  if (failed === undefined) return
  throw accessDenied(`Invalid according to Policy: Policy Condition failed: ${failed.text}`, {
    ec: '0006-00000227',
    reason: `the field ${failed.field} is ${fields.get(failed.field) ?? '(missing)'}, the policy wants ${failed.text}`,
  })
}

const sizeFault = (code: string, message: string, size: number): ServiceFault =>
  new ServiceFault(400, code, message, { details: { ProposedSize: String(size) } })

/** Passes on the bytes of a file, and throws 400 when they are fewer or more than the policy permits. */
export async function* withinSizes(body: AsyncIterable<Uint8Array>, policy: PostPolicy): AsyncIterable<Uint8Array> {
  const least = Math.max(0, ...policy.sizes.map(([size]) => size))
  const greatest = Math.min(Number.POSITIVE_INFINITY, ...policy.sizes.map(([, size]) => size))
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > greatest) {
      throw sizeFault('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', size)
    }
    yield chunk
  }
  if (size < least) {
    throw sizeFault('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', size)
  }
}
