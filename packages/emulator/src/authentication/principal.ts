import type { SessionRecord } from '../storage/records.ts'

/** Who sent a request. */
export type Principal =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'account'; readonly accountId: string }
  | { readonly kind: 'session'; readonly accountId: string; readonly session: SessionRecord }

/** Account id of a principal; undefined for an anonymous one. */
export const accountIdOf = (principal: Principal): string | undefined =>
  principal.kind === 'anonymous' ? undefined : principal.accountId
