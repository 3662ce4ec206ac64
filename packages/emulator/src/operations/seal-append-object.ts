import type { Call } from '../call.ts'
import { ServiceFault } from '../errors.ts'
import { objectOf, requireBucket, requireObject, versionHeader } from '../lookup.ts'
import { empty, type OssResponse } from '../message.ts'
import { sealedHeader } from '../object-attributes.ts'
import type { ObjectRecord } from '../storage/records.ts'
import { replaceVersion } from '../storage/versions.ts'
import { notAppendable, readPosition, wrongPosition } from './append-object.ts'

/** The object as it is sealed: from the first time on. */
function sealed(object: ObjectRecord, position: number, now: Date): ObjectRecord {
  if (object.type !== 'Appendable') throw notAppendable(object.key)
  if (object.size !== position) throw wrongPosition(object.key, object.size)
  return { ...object, sealedAt: object.sealedAt ?? now.toISOString() }
}

/** SealAppendObject: ends the appending to an object, where that is enabled. */
export async function sealAppendObject(call: Call): Promise<OssResponse> {
  objectOf(call)
  if (!call.settings.sealing) {
    throw new ServiceFault(400, 'OperationNotSupported', 'SealAppendable is not supported.', { ec: '0016-00000513' })
  }
  const position = readPosition(call)
  const object = await call.store.transact((transaction) => {
    const current = sealed(requireObject(call.store, call.bucket, call.key), position, call.now)
    replaceVersion(call.store, transaction, call.bucket, current)
    return current
  })
  return empty(200, {
    ETag: `"${object.etag}"`,
    ...sealedHeader(object),
    ...versionHeader(requireBucket(call.store, call.bucket), object.versionId),
  })
}
