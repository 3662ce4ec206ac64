import type { Principal } from '../authentication/principal.ts'
import { type Access, type Statement, verdictOn } from './policy.ts'

/** The policies that bind a principal; undefined when none does. */
function bindingStatements(principal: Principal): readonly Statement[] | undefined {
  if (principal.kind === 'user') return principal.statements
  return principal.kind === 'session' ? principal.statements : undefined
}

/** What the policies of a principal's own account say: its own keys may do everything, its users and roles what is granted. */
export function ownVerdict(principal: Principal, access: Access): 'Allow' | 'Deny' | undefined {
  if (principal.kind === 'anonymous') return undefined
  const statements = bindingStatements(principal)
  return statements === undefined ? 'Allow' : verdictOn(statements, access)
}
