import { accountIdOf, describePrincipal, type Principal } from '../authentication/principal.ts'
import { accessDenied, type ServiceFault } from '../errors.ts'
import { bucketKey } from '../storage/keys.ts'
import type { BucketAcl, BucketRecord } from '../storage/records.ts'
import type { Store } from '../storage/store.ts'
import { findVersion } from '../storage/versions.ts'
import { readBucketPolicy, verdictOf } from './bucket-policy.ts'
import type { Circumstances } from './circumstances.ts'
import { ownVerdict } from './own-rights.ts'
import { type Access, isAllowed, readPolicy } from './policy.ts'
import { blocksPublicAccess } from './public-access.ts'

/** What is to be done, to which resource. */
export interface WantedAccess {
  /** Name of the operation. */
  readonly operation: string
  readonly bucket: string
  readonly key: string
  readonly versionId?: string | undefined
  readonly circumstances: Circumstances
}

/** Operations that are permitted by the action of another name. */
const actionNames: Readonly<Record<string, string>> = {
  HeadObject: 'GetObject',
  GetObjectMeta: 'GetObject',
  GetSymlink: 'GetObject',
  ProcessObject: 'GetObject',
  SelectObject: 'GetObject',
  CreateSelectObjectMeta: 'GetObject',
  CopyObject: 'PutObject',
  AppendObject: 'PutObject',
  PutSymlink: 'PutObject',
  InitiateMultipartUpload: 'PutObject',
  UploadPart: 'PutObject',
  UploadPartCopy: 'PutObject',
  CompleteMultipartUpload: 'PutObject',
  PostObject: 'PutObject',
  DeleteMultipleObjects: 'DeleteObject',
  ListObjectsV2: 'ListObjects',
  GetObjectVersions: 'ListObjectVersions',
  GetBucketTags: 'GetBucketTagging',
  PutBucketTags: 'PutBucketTagging',
  DeleteBucketTags: 'DeleteBucketTagging',
}

const versionedActions = new Set([
  'GetObject',
  'DeleteObject',
  'GetObjectAcl',
  'PutObjectAcl',
  'GetObjectTagging',
  'PutObjectTagging',
  'DeleteObjectTagging',
  'RestoreObject',
])

/** GetObject becomes GetObjectVersion, GetObjectAcl becomes GetObjectVersionAcl. */
const versionAction = (action: string): string => action.replace(/Object/, 'ObjectVersion')

/** The action, such as `oss:GetObject`, that permits an operation. */
function actionOf(operation: string, versionId?: string): string {
  const action = actionNames[operation] ?? operation
  const isVersioned = versionId !== undefined && versionedActions.has(action)
  return `oss:${isVersioned ? versionAction(action) : action}`
}

const readers = new Set(['GetObject', 'HeadObject', 'GetObjectMeta', 'GetSymlink', 'SelectObject'])
const listers = new Set(['ListObjects', 'ListObjectsV2'])
const writers = new Set([
  'PutObject',
  'PostObject',
  'CopyObject',
  'AppendObject',
  'PutSymlink',
  'DeleteObject',
  'InitiateMultipartUpload',
  'UploadPart',
  'UploadPartCopy',
  'CompleteMultipartUpload',
])

function permitsStranger(acl: BucketAcl, operation: string): boolean {
  if (acl === 'private') return false
  if (readers.has(operation) || listers.has(operation)) return true
  return acl === 'public-read-write' && writers.has(operation)
}

function effectiveAcl(store: Store, bucket: BucketRecord, wanted: WantedAccess): { acl: BucketAcl; source: string } {
  const version = wanted.key === '' ? undefined : findVersion(store, bucket.name, wanted.key, wanted.versionId)
  if (version?.kind !== 'object' || version.acl === 'default') return { acl: bucket.acl, source: 'bucket' }
  return { acl: version.acl, source: 'object' }
}

/** What the owner of a bucket may do whatever its policy denies, so as not to be locked out. */
const policyOperations = new Set(['PutBucketPolicy', 'GetBucketPolicy', 'DeleteBucketPolicy', 'GetBucketPolicyStatus'])

const accessOf = ({ operation, bucket, key, versionId, circumstances }: WantedAccess): Access => ({
  action: actionOf(operation, versionId),
  resource: bucket === '' ? '*' : key === '' ? bucket : `${bucket}/${key}`,
  context: circumstances.context,
})

/** Whether the policy of a bucket lets an access pass; throws 403 when it denies it. */
function isAllowedByPolicy(
  bucket: BucketRecord,
  principal: Principal,
  wanted: WantedAccess,
  isPublicBlocked: boolean,
): boolean {
  const text = bucket.configurations?.BucketPolicy
  if (text === undefined) return false
  const verdict = verdictOf(readBucketPolicy(text) ?? [], principal, accessOf(wanted), isPublicBlocked)
  const isOwner = bucket.ownerId === accountIdOf(principal)
  if (verdict !== 'Deny' || (isOwner && policyOperations.has(wanted.operation))) return verdict === 'Allow'
  throw accessDenied('Access denied by bucket policy.', {
    details: { Bucket: bucket.name },
    reason: `the bucket policy denies ${actionOf(wanted.operation, wanted.versionId)} to ${describePrincipal(principal)}`,
  })
}

/** Why it is for the ACL to decide. */
function lack(principal: Principal, wanted: WantedAccess): string {
  if (principal.kind === 'anonymous') return 'the request is not signed'
  const { action, resource } = accessOf(wanted)
  if (principal.kind === 'account') return `${describePrincipal(principal)} does not own the bucket`
  return `no policy allows ${action} on ${resource} to ${describePrincipal(principal)}`
}

function checkAcl(
  store: Store,
  bucket: BucketRecord,
  principal: Principal,
  wanted: WantedAccess,
  isPublicBlocked: boolean,
): void {
  const { acl, source } = effectiveAcl(store, bucket, wanted)
  if (!isPublicBlocked && permitsStranger(acl, wanted.operation)) return
  throw accessDenied(`You have no right to access this object because of ${source} acl.`, {
    ec: '0003-00000001',
    details: { Bucket: wanted.bucket },
    reason: `${lack(principal, wanted)}, and the ${source} acl is ${acl}${isPublicBlocked ? ', public access is blocked' : ''}`,
  })
}

/** Throws 403 when requesters pay for a bucket, and this one has not agreed to, or is nobody. */
function checkPayer(bucket: BucketRecord, principal: Principal, { circumstances }: WantedAccess): void {
  const isForRequesters = bucket.configurations?.BucketRequestPayment?.includes('<Payer>Requester<') === true
  if (!isForRequesters || (principal.kind !== 'anonymous' && circumstances.isRequesterPaying)) return
  throw accessDenied('Access denied for requester pay bucket', { details: { Bucket: bucket.name } })
}

/** What the policies of the sender's account say; throws 403 when they deny it. */
function checkOwnRights(principal: Principal, wanted: WantedAccess): 'Allow' | undefined {
  const access = accessOf(wanted)
  const verdict = ownVerdict(principal, access)
  if (verdict !== 'Deny') return verdict
  throw accessDenied("Access denied by authorizer's policy.", {
    details: { Bucket: wanted.bucket },
    reason: `a policy of ${describePrincipal(principal)} denies ${access.action} on ${access.resource}`,
  })
}

function noRight(principal: Principal, wanted: WantedAccess): ServiceFault {
  if (principal.kind === 'anonymous') return accessDenied('Anonymous user has no right to access this resource.')
  const isListing = wanted.operation === 'ListBuckets'
  const message = isListing ? 'You are forbidden to list buckets.' : 'You have no right to access this resource.'
  return accessDenied(message, { reason: lack(principal, wanted) })
}

function checkBucketAccess(store: Store, principal: Principal, wanted: WantedAccess): void {
  const bucket = store.get<BucketRecord>(bucketKey(wanted.bucket))
  const accountId = accountIdOf(principal)
  const verdict = checkOwnRights(principal, wanted)
  if (bucket === undefined && verdict === 'Allow') return
  if (bucket === undefined) throw noRight(principal, wanted)
  const isPublicBlocked = blocksPublicAccess(store, bucket)
  const isAllowed = isAllowedByPolicy(bucket, principal, wanted, isPublicBlocked)
  const isOwn = bucket.ownerId === accountId
  if (isOwn && verdict === 'Allow') return
  if (!isAllowed) checkAcl(store, bucket, principal, wanted, isPublicBlocked)
  if (!isOwn) checkPayer(bucket, principal, wanted)
}

function checkSessionPolicy(principal: Principal, wanted: WantedAccess): void {
  if (principal.kind !== 'session' || principal.session.policy === undefined) return
  const access = accessOf(wanted)
  if (isAllowed(readPolicy(principal.session.policy) ?? [], access)) return
  throw accessDenied("Access denied by authorizer's policy.", {
    details: { Bucket: wanted.bucket },
    reason: `the session policy does not allow ${access.action} on ${access.resource}`,
  })
}

/** Throws 403 unless the principal may do what is wanted. */
export function authorize(store: Store, principal: Principal, wanted: WantedAccess): void {
  checkSessionPolicy(principal, wanted)
  checkBucketAccess(store, principal, wanted)
}
