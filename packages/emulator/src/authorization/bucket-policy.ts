import { namesOf, type Principal } from '../authentication/principal.ts'
import { matchesWildcard } from '../wildcard.ts'
import { type Access, applies, readPolicy, type Statement } from './policy.ts'

/** A statement of a bucket policy, which names whom it speaks of. */
export interface BucketStatement extends Statement {
  readonly principals: readonly string[]
}

const hasPrincipals = (statement: Statement): statement is BucketStatement => statement.principals !== undefined

/** Reads the JSON text of a bucket policy. Undefined when it breaks the grammar. */
export function readBucketPolicy(text: string): BucketStatement[] | undefined {
  const statements = readPolicy(text)
  return statements?.every(hasPrincipals) ? statements : undefined
}

const isForEverybody = ({ principals }: BucketStatement): boolean => principals.includes('*')

/** Whether a policy allows everybody something, whatever the circumstances. */
export const isPublicPolicy = (statements: readonly BucketStatement[]): boolean =>
  statements.some(
    (statement) => statement.effect === 'Allow' && isForEverybody(statement) && statement.conditions.length === 0,
  )

const speaksOf = (statement: BucketStatement, names: readonly string[]): boolean =>
  isForEverybody(statement) ||
  statement.principals.some((pattern) => names.some((name) => matchesWildcard(pattern, name)))

/** What a policy says of an access; what it allows everybody counts only where public access is not blocked. */
export function verdictOf(
  statements: readonly BucketStatement[],
  principal: Principal,
  access: Access,
  isPublicBlocked: boolean,
): 'Allow' | 'Deny' | undefined {
  const names = namesOf(principal)
  const found = statements.filter((statement) => speaksOf(statement, names) && applies(statement, access))
  if (found.some(({ effect }) => effect === 'Deny')) return 'Deny'
  const allowing = found.filter((statement) => !(isPublicBlocked && isForEverybody(statement)))
  return allowing.length > 0 ? 'Allow' : undefined
}
