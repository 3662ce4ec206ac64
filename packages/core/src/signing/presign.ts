/**
 * V4 signatures that travel in the query, so that whoever has the URL can send the request until it expires.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/add-signatures-to-urls V4 signatures in URLs}
 */

import type { Hasher } from './hasher.ts'
import type { SignableRequest, Signer, UrlContext } from './signer.ts'
import { signedHeaders, stringToSign, v4Algorithm, v4Date, v4Scope } from './v4.ts'

/**
 * Returns the complete parameters of a presigned URL: the request's own and those that sign it. Header values are text, without
 * white space around them.
 */
export const signV4Query = async (
  request: SignableRequest,
  context: UrlContext,
  { signText }: Signer,
  hasher: Hasher,
): Promise<Record<string, string>> => {
  const { accessKeyId, accessKeySecret, securityToken } = context.credentials
  const signed = signedHeaders(request.headers, context.additionalHeaders)
  const [, additional] = signed
  const query = {
    ...request.query,
    'x-oss-signature-version': v4Algorithm,
    'x-oss-credential': `${accessKeyId}/${v4Scope(context)}`,
    'x-oss-date': v4Date(context.now),
    'x-oss-expires': String(context.expiresInSeconds),
    ...(additional && { 'x-oss-additional-headers': additional }),
    ...(securityToken && { 'x-oss-security-token': securityToken }),
  }
  const text = await stringToSign({ ...request, query }, signed, context, hasher)
  return { ...query, 'x-oss-signature': await signText(text, accessKeySecret, context) }
}
