/** Every operation of OSS, and the shapes that they take and return. */
export * from './access-point.ts'
export * from './access-point-public-access-block.ts'
export * from './bucket-access-monitor.ts'
export * from './bucket-archive-direct-read.ts'
export * from './bucket-basic.ts'
export * from './bucket-cname.ts'
export * from './bucket-cors.ts'
export * from './bucket-data-redundancy-transition.ts'
export * from './bucket-encryption.ts'
export * from './bucket-https-config.ts'
export * from './bucket-inventory.ts'
export * from './bucket-lifecycle.ts'
export * from './bucket-logging.ts'
export * from './bucket-meta-query.ts'
export * from './bucket-object-worm-configuration.ts'
export * from './bucket-overwrite-config.ts'
export * from './bucket-policy.ts'
export * from './bucket-public-access-block.ts'
export * from './bucket-referer.ts'
export * from './bucket-replication.ts'
export * from './bucket-request-payment.ts'
export * from './bucket-resource-group.ts'
export * from './bucket-style.ts'
export * from './bucket-tags.ts'
export * from './bucket-transfer-acceleration.ts'
export * from './bucket-website.ts'
export * from './bucket-worm.ts'
export * from './cloud-box.ts'
export * from './data-process.ts'
export * from './list-objects.ts'
export * from './object-acl.ts'
export * from './object-append.ts'
export * from './object-basic.ts'
export * from './object-copy.ts'
export * from './object-delete.ts'
export * from './object-fc-access-point.ts'
export * from './object-multipart.ts'
export * from './object-process.ts'
export * from './object-restore.ts'
export * from './object-symlink.ts'
export {
  deleteObjectTagging,
  getObjectTagging,
  putObjectTagging,
  type Tagging,
  type TagSet,
} from './object-tagging.ts'
export * from './object-worm.ts'
export * from './public-access-block.ts'
export * from './region.ts'
export * from './select-object.ts'
export * from './service.ts'
export type {
  AccessPointEndpoints,
  AccessPointStatus,
  BucketAcl,
  ByteRange,
  Callback,
  CommonPrefix,
  DataRedundancyType,
  LegalHold,
  ObjectAcl,
  ObjectType,
  ObjectWormMode,
  Owner,
  PublicAccessBlockConfiguration,
  ServerSideEncryption,
  StorageClass,
  Tag,
  VersioningStatus,
} from './shared.ts'
