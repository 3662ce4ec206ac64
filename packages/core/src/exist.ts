import type { CallOptions, Client } from './client/client.ts'
import { ServiceError } from './errors.ts'
import type { InputOf } from './operation.ts'
import { getBucketAcl } from './operations/bucket-basic.ts'
import { getObjectMeta } from './operations/object-basic.ts'

/**
 * Tells whether there is an object with this key.
 *
 * False only if OSS says so; a missing bucket, a refusal or a lost connection throws.
 */
export async function isObjectExist(
  client: Client,
  input: InputOf<typeof getObjectMeta>,
  options: CallOptions = {},
): Promise<boolean> {
  try {
    await getObjectMeta(client, input, options)
    return true
  } catch (error) {
    return absence(error, 'NoSuchKey')
  }
}

/**
 * Tells whether there is a bucket of this name, whoever owns it.
 *
 * False only if OSS says so. `AccessDenied` means that there is one: OSS looks for the bucket before it asks who may see it. Any
 * other refusal, or a lost connection, throws.
 */
export async function isBucketExist(
  client: Client,
  input: InputOf<typeof getBucketAcl>,
  options: CallOptions = {},
): Promise<boolean> {
  try {
    await getBucketAcl(client, input, options)
    return true
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'AccessDenied') return true
    return absence(error, 'NoSuchBucket')
  }
}

function absence(error: unknown, code: string): false {
  if (error instanceof ServiceError && error.code === code) return false
  throw error
}
