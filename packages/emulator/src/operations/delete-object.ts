import { checkObjectKey } from '../addressing.ts'
import { accountIdOf } from '../authentication/principal.ts'
import { authorize } from '../authorization/authorize.ts'
import { type Call, header, versionIdOf } from '../call.ts'
import { malformedXml, ServiceFault } from '../errors.ts'
import { listingWriter } from '../listing.ts'
import { checkVersionId, requireBucket } from '../lookup.ts'
import { empty, type OssResponse, readBody, xmlAnswer } from '../message.ts'
import { checkRemovable, checkReplaceable } from '../retention.ts'
import type { BucketRecord, Piece } from '../storage/records.ts'
import type { Transaction } from '../storage/store.ts'
import { addVersion, piecesOf, removeVersion } from '../storage/versions.ts'
import { branch, childrenOf, leaf, readXml, textOf, xmlDocument } from '../xml.ts'

/** What is to be deleted. */
interface Target {
  readonly key: string
  readonly versionId?: string | undefined
}

/** What deleting did. */
interface Deletion {
  /** The version that was removed, or the delete marker that was made. */
  readonly versionId?: string
  /** Whether a delete marker was made or removed. */
  readonly isMarker: boolean
  readonly freed: readonly Piece[]
}

/** Whether deleting takes a version away, instead of hiding it. */
const removesVersion = (bucket: BucketRecord, versionId: string | undefined): boolean =>
  versionId !== undefined || bucket.versioning === undefined

/** Throws 409 when a version that would go, or be replaced by a delete marker, is kept from change. */
function checkDeletable(call: Call, bucket: BucketRecord, { key, versionId }: Target): void {
  if (removesVersion(bucket, versionId)) checkRemovable(call, bucket, key, versionId ?? 'null')
  else checkReplaceable(call, bucket, key)
}

function remove(call: Call, transaction: Transaction, bucket: BucketRecord, { key, versionId }: Target): Deletion {
  if (removesVersion(bucket, versionId)) {
    const removed = removeVersion(call.store, transaction, bucket.name, key, versionId ?? 'null')
    const freed = removed === undefined ? [] : piecesOf(removed)
    const isMarker = removed?.kind === 'deleteMarker'
    return { isMarker, freed, ...(versionId !== undefined && { versionId }) }
  }
  const ownerId = accountIdOf(call.principal) ?? bucket.ownerId
  const marker = { kind: 'deleteMarker', key, ownerId, lastModified: call.now.toISOString() } as const
  return { ...addVersion(call, transaction, bucket, marker), isMarker: true }
}

/** DeleteObject: removes an object, or hides it behind a delete marker where versions are kept. */
export async function deleteObject(call: Call): Promise<OssResponse> {
  const versionId = versionIdOf(call)
  checkVersionId(versionId)
  const { bucket, deletion } = await call.store.transact((transaction) => {
    const bucketRecord = requireBucket(call.store, call.bucket)
    checkDeletable(call, bucketRecord, { key: call.key, versionId })
    return { bucket: bucketRecord, deletion: remove(call, transaction, bucketRecord, { key: call.key, versionId }) }
  })
  await call.bytes.remove(deletion.freed)
  if (bucket.versioning === undefined) return empty(204)
  return empty(204, {
    ...(deletion.versionId !== undefined && { 'x-oss-version-id': deletion.versionId }),
    ...(deletion.isMarker && { 'x-oss-delete-marker': 'true' }),
  })
}

const maximumTargets = 1000

async function readTargets(call: Call): Promise<{ targets: Target[]; isQuiet: boolean }> {
  if (header(call, 'content-md5') === undefined) {
    throw new ServiceFault(400, 'MissingArgument', 'Missing Some Required Arguments.', {
      details: { ArgumentName: 'Content-MD5' },
    })
  }
  const document = readXml(await readBody(call.request), 'Delete')
  if (document === undefined) throw malformedXml()
  const elements = childrenOf(document, 'Object')
  if (elements.length === 0) throw malformedXml()
  if (elements.length > maximumTargets) throw malformedXml('0016-00000609')
  const targets = elements.map((element) => {
    const key = textOf(element, 'Key')
    const versionId = textOf(element, 'VersionId') || undefined
    if (!key) throw malformedXml()
    checkObjectKey(key)
    checkVersionId(versionId)
    return { key, versionId }
  })
  return { targets, isQuiet: textOf(document, 'Quiet')?.trim() === 'true' }
}

/** DeleteMultipleObjects: removes up to 1000 objects in one request. */
export async function deleteMultipleObjects(call: Call): Promise<OssResponse> {
  const write = listingWriter(call.query)
  const { targets, isQuiet } = await readTargets(call)
  const { bucket: name, circumstances } = call
  for (const { key, versionId } of targets) {
    authorize(call.store, call.principal, { operation: 'DeleteObject', bucket: name, key, versionId, circumstances })
  }
  const deletions = await call.store.transact((transaction) => {
    const bucket = requireBucket(call.store, call.bucket)
    for (const target of targets) checkDeletable(call, bucket, target)
    return targets.map((target) => ({ target, ...remove(call, transaction, bucket, target) }))
  })
  await call.bytes.remove(deletions.flatMap(({ freed }) => freed))
  if (isQuiet) return empty()
  const elements = deletions.map(({ target, versionId, isMarker }) =>
    branch(
      'Deleted',
      write.text('Key', target.key),
      target.versionId === undefined ? undefined : leaf('VersionId', target.versionId),
      isMarker ? leaf('DeleteMarker', true) : undefined,
      isMarker && versionId !== undefined ? leaf('DeleteMarkerVersionId', versionId) : undefined,
    ),
  )
  return xmlAnswer(xmlDocument(branch('DeleteResult', write.encodingType, ...elements)))
}
