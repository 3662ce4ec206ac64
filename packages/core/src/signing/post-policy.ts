/**
 * What a form must hold, signed: OSS checks it when the form is posted.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/postobject PostObject}
 */

import { encodeBase64 } from '../base64.ts'
import { utf8 } from '../bytes.ts'
import type { Credentials } from '../credentials/credentials.ts'
import type { Signer, SigningScope } from './signer.ts'
import { v4Algorithm, v4Date, v4Scope } from './v4.ts'

/** A field of the form, as conditions name it: `$key`, `$content-type`, `$x-oss-meta-author`. */
type FieldName = `$${string}`

/**
 * What OSS checks of a form. A field equals a value (`['eq', '$key', 'a.txt']`, or `{ key: 'a.txt' }`), begins with one, is one
 * of several or none of them; the file's size in bytes is from the first number to the second, both included.
 */
export type PostCondition =
  | readonly ['eq' | 'starts-with', FieldName, string]
  | readonly ['in' | 'not-in', FieldName, readonly string[]]
  | readonly ['content-length-range', number, number]
  | Readonly<Record<string, string>>

/** What a form must hold, and until when. */
export interface PostPolicy {
  expiresAt: Date
  conditions: readonly PostCondition[]
}

/** Signs a policy with V4 and returns the fields of the form that carry it. */
export const v4PolicyFields = async (
  { expiresAt, conditions }: PostPolicy,
  { accessKeyId, accessKeySecret, securityToken }: Credentials,
  scope: SigningScope,
  { signText }: Signer,
): Promise<Record<string, string>> => {
  const signed = {
    'x-oss-signature-version': v4Algorithm,
    'x-oss-credential': `${accessKeyId}/${v4Scope(scope)}`,
    'x-oss-date': v4Date(scope.now),
    ...(securityToken && { 'x-oss-security-token': securityToken }),
  }
  const own = Object.entries(signed).map(([name, value]) => ({ [name]: value }))
  const policy = encodePolicy({ expiresAt, conditions: [...conditions, ...own] })
  return { policy, ...signed, 'x-oss-signature': await signText(policy, accessKeySecret, scope) }
}

/** Signs a policy with V1 and returns the fields of the form that carry it. */
export const v1PolicyFields = async (
  policy: PostPolicy,
  { accessKeyId, accessKeySecret, securityToken }: Credentials,
  scope: SigningScope,
  { signText }: Signer,
): Promise<Record<string, string>> => {
  const encoded = encodePolicy(policy)
  return {
    OSSAccessKeyId: accessKeyId,
    policy: encoded,
    Signature: await signText(encoded, accessKeySecret, scope),
    ...(securityToken && { 'x-oss-security-token': securityToken }),
  }
}

const encodePolicy = ({ expiresAt, conditions }: PostPolicy): string =>
  encodeBase64(utf8(JSON.stringify({ expiration: expiresAt.toISOString(), conditions })))
