import { md5 } from '@noble/hashes/legacy.js'
import { encodeBase64 } from '../base64.ts'

/** The value of the `Content-MD5` header for a body: its MD5 in base64. */
export function contentMd5(body: Uint8Array): string {
  return encodeBase64(md5(body))
}
