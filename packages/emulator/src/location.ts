import type { Call } from './call.ts'
import { percentDecode, percentEncodePath } from './percent-encode.ts'

/** The URL of an object, with the bucket in the path if the request has it there, and else in the host. */
export function locationOf({ request, operation, bucket, key }: Call): string {
  const scheme = request.isSecure === true ? 'https' : 'http'
  const path = percentDecode(request.target.replace(/^https?:\/\/[^/]*|\?.*$/gi, '')) ?? ''
  // A form is posted to the bucket, all else to the object.
  const inBucket = operation === 'PostObject' ? '' : key
  const isInPath = path === `/${bucket}/${inBucket}` || (inBucket === '' && path === `/${bucket}`)
  return `${scheme}://${request.host}/${percentEncodePath(isInPath ? `${bucket}/${key}` : key)}`
}
