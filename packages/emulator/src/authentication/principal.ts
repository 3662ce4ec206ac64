import type { Statement } from '../authorization/policy.ts'
import type { SessionRecord } from '../storage/records.ts'

/** Who sent a request. */
export type Principal =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'account'; readonly accountId: string }
  | {
      readonly kind: 'user'
      readonly accountId: string
      readonly name: string
      readonly id: string
      readonly statements: readonly Statement[]
    }
  | {
      readonly kind: 'session'
      readonly accountId: string
      readonly session: SessionRecord
      /** What the role may do; everything when undefined. */
      readonly statements: readonly Statement[] | undefined
    }

/** Account id of a principal; undefined for an anonymous one. */
export const accountIdOf = (principal: Principal): string | undefined =>
  principal.kind === 'anonymous' ? undefined : principal.accountId

/** The names by which policies speak of a principal. */
export function namesOf(principal: Principal): string[] {
  if (principal.kind === 'anonymous') return []
  const { accountId } = principal
  if (principal.kind === 'account') return [accountId, `acs:ram::${accountId}:root`]
  if (principal.kind === 'user') return [principal.id, `acs:ram::${accountId}:user/${principal.name}`]
  const { roleArn, sessionName } = principal.session
  const role = roleArn.split('/').at(-1) ?? ''
  return [roleArn, `arn:sts::${accountId}:assumed-role/${role}/${sessionName}`]
}

/** A principal in a few words, for the log. */
export function describePrincipal(principal: Principal): string {
  if (principal.kind === 'anonymous') return 'nobody'
  if (principal.kind === 'account') return `the account ${principal.accountId}`
  if (principal.kind === 'user') return `the user ${principal.name} of ${principal.accountId}`
  return `a session of ${principal.session.roleArn}`
}
