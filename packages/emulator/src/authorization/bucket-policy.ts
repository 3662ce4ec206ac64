import { readPolicy, type Statement } from './policy.ts'

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

/** Whether a policy allows everybody something, whatever the circumstances. */
export const isPublicPolicy = (statements: readonly BucketStatement[]): boolean =>
  statements.some(
    ({ effect, principals, conditions }) => effect === 'Allow' && principals.includes('*') && conditions.length === 0,
  )
