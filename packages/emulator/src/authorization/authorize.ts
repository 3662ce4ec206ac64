import { accountIdOf, type Principal } from '../authentication/principal.ts'
import { accessDenied } from '../errors.ts'
import { bucketKey } from '../storage/keys.ts'
import type { BucketAcl, BucketRecord } from '../storage/records.ts'
import type { Store } from '../storage/store.ts'
import { findVersion } from '../storage/versions.ts'
import { isAllowed, readPolicy } from './policy.ts'

/** What is to be done, to which resource. */
export interface WantedAccess {
  /** Name of the operation. */
  readonly operation: string
  readonly bucket: string
  readonly key: string
  readonly versionId?: string | undefined
  readonly query?: ReadonlyMap<string, string>
}

/** Operations that are permitted by the action of another name. */
const actionNames: Readonly<Record<string, string>> = {
  HeadObject: 'GetObject',
  GetObjectMeta: 'GetObject',
  GetSymlink: 'GetObject',
  CopyObject: 'PutObject',
  AppendObject: 'PutObject',
  PutSymlink: 'PutObject',
  InitiateMultipartUpload: 'PutObject',
  UploadPart: 'PutObject',
  UploadPartCopy: 'PutObject',
  CompleteMultipartUpload: 'PutObject',
  SealAppendObject: 'PutObject',
  PostObject: 'PutObject',
  DeleteMultipleObjects: 'DeleteObject',
  ListObjectsV2: 'ListObjects',
  GetObjectVersions: 'ListObjectVersions',
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
export function actionOf(operation: string, versionId?: string): string {
  const action = actionNames[operation] ?? operation
  const isVersioned = versionId !== undefined && versionedActions.has(action)
  return `oss:${isVersioned ? versionAction(action) : action}`
}

const readers = new Set(['GetObject', 'HeadObject', 'GetObjectMeta', 'GetSymlink'])
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

function checkOwnership(store: Store, principal: Principal, wanted: WantedAccess): void {
  const bucket = store.get<BucketRecord>(bucketKey(wanted.bucket))
  const accountId = accountIdOf(principal)
  if (bucket === undefined && accountId !== undefined) return
  if (bucket !== undefined && bucket.ownerId === accountId) return
  if (bucket === undefined) throw accessDenied('Anonymous user has no right to access this resource.')
  const { acl, source } = effectiveAcl(store, bucket, wanted)
  if (permitsStranger(acl, wanted.operation)) return
  throw accessDenied(`You have no right to access this object because of ${source} acl.`, {
    ec: '0003-00000001',
    details: { Bucket: wanted.bucket },
    reason: `${principal.kind} request, and the ${source} acl is ${acl}`,
  })
}

function checkSessionPolicy(principal: Principal, wanted: WantedAccess): void {
  if (principal.kind !== 'session' || principal.session.policy === undefined) return
  const action = actionOf(wanted.operation, wanted.versionId)
  const resource = wanted.bucket === '' ? '*' : wanted.key === '' ? wanted.bucket : `${wanted.bucket}/${wanted.key}`
  const context = {
    'oss:Prefix': wanted.query?.get('prefix') ?? '',
    'oss:Delimiter': wanted.query?.get('delimiter') ?? '',
  }
  if (isAllowed(readPolicy(principal.session.policy) ?? [], { action, resource, context })) return
  throw accessDenied("Access denied by authorizer's policy.", {
    details: { Bucket: wanted.bucket },
    reason: `the session policy does not allow ${action} on ${resource}`,
  })
}

/** Throws 403 unless the principal may do what is wanted. */
export function authorize(store: Store, principal: Principal, wanted: WantedAccess): void {
  checkSessionPolicy(principal, wanted)
  checkOwnership(store, principal, wanted)
}
