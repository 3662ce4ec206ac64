import { checkBucketName, checkObjectKey } from './addressing.ts'
import { checkReadable } from './archive.ts'
import { authorize } from './authorization/authorize.ts'
import { type Call, header } from './call.ts'
import { checkConditions, readConditions } from './conditions.ts'
import { invalidArgument } from './errors.ts'
import { runLifecycle } from './lifecycle/run-lifecycle.ts'
import { requireBucket, requireObject } from './lookup.ts'
import { percentDecode } from './percent-encode.ts'
import type { BucketRecord, ObjectRecord } from './storage/records.ts'

/** The object that a copy is made of. */
export interface CopySource {
  readonly bucket: BucketRecord
  readonly object: ObjectRecord
}

function parse(text: string): { bucket: string; key: string; versionId: string | undefined } {
  const [path, query] = text.split('?', 2) as [string, string?]
  const decoded = percentDecode(path)?.replace(/^\//, '') ?? ''
  const slash = decoded.indexOf('/')
  if (slash < 1 || slash === decoded.length - 1) {
    throw invalidArgument(
      'x-oss-copy-source',
      text,
      'Copy Source must mention the source bucket and key: /sourcebucket/sourcekey.',
    )
  }
  const [bucket, key] = [decoded.slice(0, slash), decoded.slice(slash + 1)]
  checkBucketName(bucket)
  checkObjectKey(key)
  return { bucket, key, versionId: /^versionId=(.+)$/.exec(query ?? '')?.[1] }
}

/** Finds the object that the request copies, which the caller must be allowed to read. */
export async function copySourceOf(call: Call): Promise<CopySource> {
  const { bucket, key, versionId } = parse(header(call, 'x-oss-copy-source') ?? '')
  await runLifecycle(call, bucket, call.now)
  const record = requireBucket(call.store, bucket)
  authorize(call.store, call.principal, {
    operation: 'GetObject',
    bucket,
    key,
    versionId,
    circumstances: call.circumstances,
  })
  const object = requireObject(call.store, bucket, key, versionId)
  checkConditions(object, readConditions(call.request.headers, 'x-oss-copy-source-'))
  checkReadable(record, object, call.now)
  return { bucket: record, object }
}

/** The header that names the version that was copied. */
export const sourceVersionHeader = ({ bucket, object }: CopySource): Record<string, string> =>
  bucket.versioning === undefined ? {} : { 'x-oss-copy-source-version-id': object.versionId }
