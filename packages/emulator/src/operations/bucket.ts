import { checkBucketName } from '../addressing.ts'
import { accountIdOf } from '../authentication/principal.ts'
import { blockedConfigurations, refusePublicAcl } from '../authorization/public-access.ts'
import { type Call, header } from '../call.ts'
import { configurationsNamed } from '../configurations/stored.ts'
import { invalidArgument, malformedXml, ServiceFault } from '../errors.ts'
import { requireBucket } from '../lookup.ts'
import { empty, type OssResponse, readBody, xmlAnswer } from '../message.ts'
import { readBucketAcl, readStorageClass } from '../object-attributes.ts'
import { ownerElement } from '../owner.ts'
import { allBuckets, bucketKey, uploadsOfBucket, versionsOfBucket } from '../storage/keys.ts'
import type { BucketRecord } from '../storage/records.ts'
import { branch, leaf, readXml, textOf, xmlDocument } from '../xml.ts'

const maximumBuckets = 100

/** Changes the record of a bucket. */
export async function changeBucket(call: Call, change: (bucket: BucketRecord) => BucketRecord): Promise<void> {
  await call.store.transact((transaction) =>
    transaction.put(bucketKey(call.bucket), change(requireBucket(call.store, call.bucket))),
  )
}

async function readConfiguration(call: Call): Promise<Pick<BucketRecord, 'storageClass' | 'dataRedundancyType'>> {
  const body = await readBody(call.request)
  const document = body.trim() === '' ? undefined : readXml(body, 'CreateBucketConfiguration')
  if (body.trim() !== '' && document === undefined) throw malformedXml()
  const storageClass = readStorageClass((document && textOf(document, 'StorageClass')) || 'Standard')
  const redundancy = (document && textOf(document, 'DataRedundancyType')) || 'LRS'
  if (redundancy === 'LRS' || redundancy === 'ZRS') return { storageClass, dataRedundancyType: redundancy }
  throw invalidArgument('DataRedundancyType', redundancy, 'The data redundancy type you specified is invalid.')
}

/** Makes a bucket, or changes the ACL of one that the caller has. */
async function makeBucket(call: Call, bucket: Omit<BucketRecord, 'acl'>): Promise<void> {
  const acl = header(call, 'x-oss-acl')
  const given = acl === undefined ? undefined : readBucketAcl(acl)
  await call.store.transact((transaction) => {
    const existing = call.store.get<BucketRecord>(bucketKey(bucket.name))
    if (existing !== undefined && existing.ownerId !== bucket.ownerId) throw alreadyExists(bucket.name)
    if (existing === undefined) checkCount(call, bucket.ownerId)
    const record = existing ?? { ...bucket, acl: 'private' as const }
    if (given !== undefined) refusePublicAcl(call.store, record, given, 'bucket')
    transaction.put(bucketKey(bucket.name), { ...record, acl: given ?? record.acl })
  })
}

const alreadyExists = (bucket: string): ServiceFault =>
  new ServiceFault(
    409,
    'BucketAlreadyExists',
    'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
    { details: { BucketName: bucket } },
  )

function checkCount(call: Call, ownerId: string): void {
  const owned = [...call.store.range<BucketRecord>(...allBuckets())].filter(({ value }) => value.ownerId === ownerId)
  if (owned.length < maximumBuckets) return
  throw new ServiceFault(400, 'TooManyBuckets', 'You have attempted to create more buckets than allowed.')
}

const freshBucket = (call: Call): Omit<BucketRecord, 'acl'> => ({
  name: call.bucket,
  ownerId: accountIdOf(call.principal) ?? '',
  createdAt: call.now.toISOString(),
  storageClass: 'Standard',
  dataRedundancyType: 'LRS',
  ...(call.settings.blockPublicAccessByDefault && { configurations: blockedConfigurations }),
})

/** PutBucket: makes a bucket. */
export async function putBucket(call: Call): Promise<OssResponse> {
  checkBucketName(call.bucket)
  await makeBucket(call, { ...freshBucket(call), ...(await readConfiguration(call)) })
  return empty(200, { Location: `/${call.bucket}` })
}

/** PutBucketAcl: sets who may use a bucket, which is made when there is none. */
export async function putBucketAcl(call: Call): Promise<OssResponse> {
  checkBucketName(call.bucket)
  await makeBucket(call, freshBucket(call))
  return empty()
}

function hasEntries(call: Call, range: [string, string]): boolean {
  for (const _ of call.store.range(...range)) return true
  return false
}

/** DeleteBucket: removes a bucket in which nothing is left. */
export async function deleteBucket(call: Call): Promise<OssResponse> {
  await call.store.transact((transaction) => {
    const { configurations = {} } = requireBucket(call.store, call.bucket)
    const isUsed = hasEntries(call, versionsOfBucket(call.bucket)) || hasEntries(call, uploadsOfBucket(call.bucket))
    if (isUsed || configurationsNamed(configurations, 'LiveChannel').length > 0) {
      throw new ServiceFault(409, 'BucketNotEmpty', 'The bucket has objects. Please delete them first.', {
        ec: '0015-00000301',
        details: { BucketName: call.bucket },
      })
    }
    transaction.remove(bucketKey(call.bucket))
  })
  return empty(204)
}

/** GetBucketAcl: who may use a bucket. */
export function getBucketAcl(call: Call): OssResponse {
  const { ownerId, acl } = requireBucket(call.store, call.bucket)
  const grant = branch('AccessControlList', leaf('Grant', acl))
  return xmlAnswer(xmlDocument(branch('AccessControlPolicy', ownerElement(ownerId), grant)))
}

/** GetBucketLocation: the region of a bucket. */
export const getBucketLocation = (call: Call): OssResponse =>
  xmlAnswer(xmlDocument(leaf('LocationConstraint', `oss-${call.settings.region}`)))

/** GetBucketVersioning: whether versions are kept. */
export function getBucketVersioning(call: Call): OssResponse {
  const { versioning } = requireBucket(call.store, call.bucket)
  const status = versioning === undefined ? undefined : leaf('Status', versioning)
  return xmlAnswer(xmlDocument(branch('VersioningConfiguration', status)))
}

/** PutBucketVersioning: begins to keep versions, or stops. */
export async function putBucketVersioning(call: Call): Promise<OssResponse> {
  const document = readXml(await readBody(call.request), 'VersioningConfiguration')
  const versioning = document && textOf(document, 'Status')
  if (versioning !== 'Enabled' && versioning !== 'Suspended') throw malformedXml()
  await changeBucket(call, (bucket) => ({ ...bucket, versioning }))
  return empty()
}
