/** What every signature version is given, and what it gives back. */

import type { Credentials } from '../credentials/credentials.ts'

/** A request before it is signed. */
export interface SignableRequest {
  method: string
  bucket?: string | undefined
  key?: string | undefined
  /** Parameters, not encoded. Empty text is a parameter without a value, as in `?acl`. */
  query: Readonly<Record<string, string>>
  /** Lower-case names, values as text. */
  headers: Readonly<Record<string, string>>
}

/** Where and when a signature is valid. */
export interface SigningScope {
  /** The region's id, as in `cn-hangzhou`, or the cloud box's id. */
  region: string
  /** `oss`, `oss-cloudbox` or `osstables`. */
  product: string
  now: Date
}

export interface SigningContext extends SigningScope {
  /** Who signs. `undefined` sends the request unsigned. */
  credentials: Credentials | undefined
  /** Further headers to sign, where the request has them. V4 only. */
  additionalHeaders?: readonly string[] | undefined
  /** What to sign as the path, already encoded. V4 only. */
  canonicalUri: string
}

/** Who signs a URL, for how long. */
export interface UrlContext extends SigningContext {
  credentials: Credentials
  /** Whole seconds, counted from the second in which `now` lies. */
  expiresInSeconds: number
}

export interface Signer {
  /** Returns the complete headers to send: the request's own, those that the signature adds, and `authorization`. */
  signRequest(request: SignableRequest, context: SigningContext): Promise<Record<string, string>>
  /** Returns the signature of any text: a presigned URL's string to sign, a POST policy in base64. */
  signText(text: string, accessKeySecret: string, scope: SigningScope): Promise<string>
}
