/** Who is asking. Long-lived for servers; temporary, with a `securityToken`, everywhere else. */
export interface Credentials {
  /** The public half of the access key, as in `LTAI…`, or `STS.…` where it is temporary. */
  accessKeyId: string
  /** The half that signs, and is never sent. */
  accessKeySecret: string
  /** The token that STS issued together with the key. */
  securityToken?: string | undefined
  /** When the token stops working. */
  expiration?: Date | undefined
}

/** Where credentials come from. Asked before every attempt, so it caches what it may. */
export interface CredentialsProvider {
  /** Rejects if there are none; the request is then not sent. */
  getCredentials(): Promise<Credentials>
  /** Told that OSS refused the last credentials as expired or unknown, so that the next ones are fetched afresh. */
  invalidate?(): void
}
