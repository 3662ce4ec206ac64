import { accessDenied } from '../errors.ts'
import { accountKey } from '../storage/keys.ts'
import type { AccountRecord, BucketRecord, Configurations } from '../storage/records.ts'
import type { Store } from '../storage/store.ts'

const isBlocked = (document: string | undefined): boolean =>
  document?.includes('<BlockPublicAccess>true</BlockPublicAccess>') === true

/** Whether a bucket, or its account, keeps everybody out whatever ACLs and policies say. */
export function blocksPublicAccess(store: Store, bucket: BucketRecord): boolean {
  const account = store.get<AccountRecord>(accountKey(bucket.ownerId))
  return (
    isBlocked(bucket.configurations?.BucketPublicAccessBlock) || isBlocked(account?.configurations.PublicAccessBlock)
  )
}

/** What a bucket has from the beginning where public access is to be blocked. */
export const blockedConfigurations: Configurations = {
  BucketPublicAccessBlock:
    '<PublicAccessBlockConfiguration><BlockPublicAccess>true</BlockPublicAccess></PublicAccessBlockConfiguration>',
}

/** Throws 403 for an ACL that lets everybody in where public access is blocked; `what` has it. */
export function refusePublicAcl(store: Store, bucket: BucketRecord, acl: string, what: 'bucket' | 'object'): void {
  if (!acl.startsWith('public') || !blocksPublicAccess(store, bucket)) return
  throw accessDenied(`Put public ${what} acl is not allowed`, {
    details: { Bucket: bucket.name },
    reason: 'public access of the bucket or the account is blocked',
  })
}
