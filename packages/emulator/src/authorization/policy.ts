import { isInRanges } from '../ip-range.ts'
import { matchesWildcard } from '../wildcard.ts'

/** A statement of a policy. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny'
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  /** Whom it speaks of, where it says so. */
  readonly principals?: readonly string[]
  /** Operator, key, values. */
  readonly conditions: readonly (readonly [operator: string, key: string, values: readonly string[]])[]
}

/** What a request wants, in the words of policies. */
export interface Access {
  /** Such as `oss:GetObject`. */
  readonly action: string
  /** `bucket`, `bucket/key`, or `*` for the service; of what is not of OSS its whole name, `acs:…`. */
  readonly resource: string
  /** Values that conditions may ask for, by name: `oss:Prefix`. */
  readonly context: Readonly<Record<string, string>>
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function asTexts(value: unknown): string[] | undefined {
  const list = Array.isArray(value) ? value : [value]
  return list.length > 0 && list.every((text): text is string => typeof text === 'string') ? list : undefined
}

function readConditions(value: unknown): Statement['conditions'] | undefined {
  if (value === undefined) return []
  if (!isObject(value)) return undefined
  const conditions: (readonly [string, string, string[]])[] = []
  for (const [operator, keys] of Object.entries(value)) {
    if (!isObject(keys)) return undefined
    for (const [key, given] of Object.entries(keys)) {
      const values = asTexts(given)
      if (values === undefined) return undefined
      conditions.push([operator, key, values])
    }
  }
  return conditions
}

function readStatement(value: unknown): Statement | undefined {
  if (!isObject(value)) return undefined
  const { Effect: effect } = value
  const actions = asTexts(value.Action)
  const resources = asTexts(value.Resource)
  const conditions = readConditions(value.Condition)
  if ((effect !== 'Allow' && effect !== 'Deny') || !actions || !resources || !conditions) return undefined
  // Nobody in particular is everybody.
  const principals = Array.isArray(value.Principal) && value.Principal.length === 0 ? ['*'] : asTexts(value.Principal)
  return { effect, actions, resources, conditions, ...(principals !== undefined && { principals }) }
}

/** Reads the JSON text of a policy. Undefined when it breaks the grammar. */
export function readPolicy(text: string): Statement[] | undefined {
  let policy: unknown
  try {
    policy = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isObject(policy) || policy.Version !== '1' || !Array.isArray(policy.Statement)) return undefined
  const statements = policy.Statement.map(readStatement)
  return statements.every((statement) => statement !== undefined) ? statements : undefined
}

/** `acs:oss:<region>:<account>:<resource>`, of which region and account are not compared. */
function matchesResource(pattern: string, resource: string): boolean {
  if (pattern === '*') return true
  if (resource.startsWith('acs:')) return matchesWildcard(pattern, resource)
  const fields = pattern.split(':')
  if (fields.length < 5 || fields[0] !== 'acs' || !matchesWildcard(fields[1]!, 'oss')) return false
  return matchesWildcard(fields.slice(4).join(':'), resource)
}

function meetsDate(operator: string, actual: string, values: readonly string[]): boolean | undefined {
  const time = Date.parse(actual)
  const some = (compare: (value: number) => boolean): boolean => values.some((value) => compare(Date.parse(value)))
  if (operator === 'DateLessThan') return some((value) => time < value)
  if (operator === 'DateLessThanEquals') return some((value) => time <= value)
  if (operator === 'DateGreaterThan') return some((value) => time > value)
  if (operator === 'DateGreaterThanEquals') return some((value) => time >= value)
  return undefined
}

/** Undefined when the operator is not known. */
function meets(operator: string, actual: string, values: readonly string[]): boolean | undefined {
  if (operator.startsWith('Date')) return meetsDate(operator, actual, values)
  const fold = (text: string): string => text.toLowerCase()
  if (operator === 'StringEquals') return values.includes(actual)
  if (operator === 'StringNotEquals') return !values.includes(actual)
  if (operator === 'StringEqualsIgnoreCase') return values.map(fold).includes(fold(actual))
  if (operator === 'StringLike') return values.some((pattern) => matchesWildcard(pattern, actual))
  if (operator === 'StringNotLike') return !values.some((pattern) => matchesWildcard(pattern, actual))
  if (operator === 'Bool') return values.map(fold).includes(fold(actual))
  if (operator === 'IpAddress') return isInRanges(actual, values)
  if (operator === 'NotIpAddress') return !isInRanges(actual, values)
  return undefined
}

/** A condition that cannot be judged counts as met in a Deny and as unmet in an Allow. */
function meetsConditions(statement: Statement, access: Access): boolean {
  return statement.conditions.every(([operator, key, values]) => {
    const actual = access.context[key]
    const verdict = actual === undefined ? undefined : meets(operator, actual, values)
    return verdict ?? statement.effect === 'Deny'
  })
}

/** Whether a statement speaks of an access. */
export const applies = (statement: Statement, access: Access): boolean =>
  statement.actions.some((pattern) => matchesWildcard(pattern, access.action, true)) &&
  statement.resources.some((pattern) => matchesResource(pattern, access.resource)) &&
  meetsConditions(statement, access)

/** What a policy says of an access; what it denies it denies whatever else it allows. */
export function verdictOn(statements: readonly Statement[], access: Access): 'Allow' | 'Deny' | undefined {
  const effects = statements.filter((statement) => applies(statement, access)).map((statement) => statement.effect)
  if (effects.includes('Deny')) return 'Deny'
  return effects.includes('Allow') ? 'Allow' : undefined
}

/** Whether a policy allows an access: some statement allows it and none denies it. */
export const isAllowed = (statements: readonly Statement[], access: Access): boolean =>
  verdictOn(statements, access) === 'Allow'
