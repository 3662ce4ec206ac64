import type { JsonWebKey } from 'node:crypto'
import { readPolicy, type Statement } from './authorization/policy.ts'

/** A RAM policy: a document, or its JSON text. */
export type PolicyDocument = string | object

/** A permanent key of an account, or of a RAM user in it. */
export interface Account {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  /** Keys of one account share its buckets. @default the account of the default key */
  readonly accountId?: string
  /** Makes it the key of this RAM user, who may do what `policies` allow; else it is the account's own. */
  readonly userName?: string
  /** Id of the user, by which bucket policies speak of him. @default `userName` */
  readonly userId?: string
  /** What the user may do. @default nothing */
  readonly policies?: readonly PolicyDocument[]
}

/** A role that STS gives out credentials for. */
export interface Role {
  /** Such as `acs:ram::1234567890123456:role/uploader`. */
  readonly arn: string
  /** What the role may do. @default everything in its account */
  readonly policies?: readonly PolicyDocument[]
  /** Greatest lifetime of its credentials in seconds. @default `maximumTokenSeconds` */
  readonly maxSessionSeconds?: number
  /**
   * Who may take it: account ids, and names such as `acs:ram::1234567890123456:user/ci` or those of OIDC providers, in which
   * `*` stands for anything. @default its account, the account's users and OIDC providers
   */
  readonly trusts?: readonly string[]
}

/** Whose OIDC tokens AssumeRoleWithOIDC takes. */
export interface OidcProvider {
  /** Such as `acs:ram::1234567890123456:oidc-provider/ci`. */
  readonly arn: string
  /** The claim `iss` of its tokens. */
  readonly issuer: string
  /** What the claim `aud` may be. */
  readonly clientIds: readonly string[]
  /** The keys that verify its tokens: RSA, or EC on P-256. */
  readonly jwks: { readonly keys: readonly JsonWebKey[] }
}

/** A permanent key as it is used. */
export interface Identity {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly accountId: string
  readonly user?: { readonly name: string; readonly id: string; readonly statements: readonly Statement[] }
}

/** A role as it is used. */
export interface KnownRole {
  readonly arn: string
  readonly accountId: string
  /** Undefined when it may do everything. */
  readonly statements: readonly Statement[] | undefined
  readonly maxSessionSeconds: number
  readonly trusts: readonly string[]
}

function readPolicies(policies: readonly PolicyDocument[], place: string): Statement[] {
  return policies.flatMap((policy, index) => {
    const statements = readPolicy(typeof policy === 'string' ? policy : JSON.stringify(policy))
    if (statements === undefined)
      throw new TypeError(`${place}.policies[${index}]: not a policy that passes grammar check`)
    return statements
  })
}

/** Completes the keys. Throws a `TypeError` for two with one id, and for a policy with wrong grammar. */
export function identitiesOf(accounts: readonly Account[], defaultAccountId: string): Identity[] {
  const ids = accounts.map(({ accessKeyId }) => accessKeyId)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined) throw new TypeError(`accounts: the key ${twice} is there twice`)
  return accounts.map(({ accessKeyId, accessKeySecret, accountId = defaultAccountId, userName, ...rest }, index) => {
    const key = { accessKeyId, accessKeySecret, accountId }
    if (userName === undefined) return key
    const statements = readPolicies(rest.policies ?? [], `accounts[${index}]`)
    return { ...key, user: { name: userName, id: rest.userId ?? userName, statements } }
  })
}

const roleArn = /^acs:ram::(\d+):role\/[^/]+$/i

/** Account id in the name of a role. Undefined when it is the name of none. */
export const accountOfRole = (arn: string): string | undefined => roleArn.exec(arn)?.[1]

/** Completes the roles. Throws a `TypeError` for a wrong name, and for a policy with wrong grammar. */
export function knownRoles(roles: readonly Role[], maximumTokenSeconds: number): KnownRole[] {
  return roles.map(({ arn, policies, maxSessionSeconds, trusts }, index) => {
    const accountId = accountOfRole(arn)
    if (accountId === undefined) throw new TypeError(`roles[${index}].arn: acs:ram::ACCOUNT:role/NAME, got ${arn}`)
    return {
      arn,
      accountId,
      statements: policies && readPolicies(policies, `roles[${index}]`),
      maxSessionSeconds: maxSessionSeconds ?? maximumTokenSeconds,
      trusts: trusts ?? [accountId, `acs:ram::${accountId}:*`],
    }
  })
}
