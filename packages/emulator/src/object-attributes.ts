import { authorize } from './authorization/authorize.ts'
import { refusePublicAcl } from './authorization/public-access.ts'
import { type Call, header } from './call.ts'
import { invalidArgument, ServiceFault } from './errors.ts'
import type { ResponseHeaders } from './message.ts'
import type {
  BucketAcl,
  BucketRecord,
  Encryption,
  ObjectAcl,
  ObjectAttributes,
  ObjectRecord,
  StorageClass,
} from './storage/records.ts'
import { readTaggingHeader, type Tags } from './tags.ts'
import { readXml, textOf } from './xml.ts'

const contentHeaders = [
  'content-type',
  'content-language',
  'content-encoding',
  'content-disposition',
  'cache-control',
  'expires',
]
const storageClasses: readonly string[] = ['Standard', 'IA', 'Archive', 'ColdArchive', 'DeepColdArchive']
const bucketAcls: readonly string[] = ['private', 'public-read', 'public-read-write']
const maximumMetadataSize = 8192
/** Id of the key that stands for the managed key of KMS. */
const managedKeyId = '00000000-0000-4000-8000-000000000000'

/** Reads a storage class. */
export function readStorageClass(text: string): StorageClass {
  if (storageClasses.includes(text)) return text as StorageClass
  throw invalidArgument('x-oss-storage-class', text, 'The storage class you specified is invalid.')
}

/** Reads the ACL of a bucket. */
export function readBucketAcl(text: string): BucketAcl {
  if (bucketAcls.includes(text)) return text as BucketAcl
  throw invalidArgument('x-oss-acl', text, 'no such bucket access control exists')
}

/** Reads the ACL of an object. */
export function readObjectAcl(text: string): ObjectAcl {
  if (text === 'default' || bucketAcls.includes(text)) return text as ObjectAcl
  throw invalidArgument('x-oss-object-acl', text, 'no such object access control exists')
}

function readContentHeaders(call: Call): Record<string, string> {
  const given = contentHeaders.flatMap((name) => {
    const value = header(call, name)
    return value === undefined || value === '' ? [] : [[name, value] as const]
  })
  return { 'content-type': 'application/octet-stream', ...Object.fromEntries(given) }
}

/** What the name of a header can be made of; those of forms can be anything. */
const headerName = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/

function readMetadata(call: Call): Record<string, string> {
  const prefix = 'x-oss-meta-'
  const entries = [...call.request.headers].filter(([name]) => name.startsWith(prefix) && name !== prefix)
  const unsendable = entries.find(([name]) => !headerName.test(name))
  if (unsendable !== undefined) throw invalidArgument(...unsendable, 'The name of the user metadata is invalid.')
  const size = entries.reduce((sum, [name, value]) => sum + name.length + Buffer.byteLength(value), 0)
  if (size > maximumMetadataSize) {
    throw new ServiceFault(400, 'MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size.')
  }
  return Object.fromEntries(entries.map(([name, value]) => [name.slice(prefix.length), value]))
}

function readEncryption(call: Call): Encryption | undefined {
  const algorithm = header(call, 'x-oss-server-side-encryption')
  const keyId = header(call, 'x-oss-server-side-encryption-key-id')
  const dataEncryption = header(call, 'x-oss-server-side-data-encryption')
  if (algorithm === undefined) return undefined
  if (!['AES256', 'KMS', 'SM4'].includes(algorithm)) {
    throw new ServiceFault(
      400,
      'InvalidEncryptionAlgorithmError',
      'The Encryption request you specified is not valid. Supported value: AES256/KMS.',
    )
  }
  return {
    algorithm,
    ...(algorithm === 'KMS' && { keyId: keyId || managedKeyId }),
    ...(dataEncryption !== undefined && { dataEncryption }),
  }
}

/** The encryption that objects of a bucket have by default. */
function defaultEncryption({ configurations }: BucketRecord): Encryption | undefined {
  const document = readXml(configurations?.BucketEncryption ?? '', 'ServerSideEncryptionRule')
  const [rule] = document?.children ?? []
  const algorithm = rule && textOf(rule, 'SSEAlgorithm')
  if (rule === undefined || algorithm === undefined) return undefined
  const dataEncryption = textOf(rule, 'KMSDataEncryption')
  return {
    algorithm,
    ...(algorithm === 'KMS' && { keyId: textOf(rule, 'KMSMasterKeyID') ?? managedKeyId }),
    ...(dataEncryption && { dataEncryption }),
  }
}

/** Content headers and user metadata that a request gives an object. */
export const readDescription = (call: Call): Pick<ObjectAttributes, 'headers' | 'metadata'> => ({
  headers: readContentHeaders(call),
  metadata: readMetadata(call),
})

/** The tags in the header of a request, whose sender must be allowed to set tags. */
export function readTags(call: Call): Tags {
  const text = header(call, 'x-oss-tagging')
  if (!text) return []
  const { store, principal, bucket, key, circumstances } = call
  authorize(store, principal, { operation: 'PutObjectTagging', bucket, key, circumstances })
  return readTaggingHeader(text)
}

/** Who may use an object, and how it is kept. */
export type Placement = Pick<ObjectAttributes, 'acl' | 'storageClass' | 'encryption'>

/** ACL, storage class and encryption that a request gives an object. */
export function readPlacement(call: Call, bucket: BucketRecord): Placement {
  const encryption = readEncryption(call) ?? defaultEncryption(bucket)
  const acl = readObjectAcl(header(call, 'x-oss-object-acl') ?? 'default')
  refusePublicAcl(call.store, bucket, acl, 'object')
  return {
    acl,
    storageClass: readStorageClass(header(call, 'x-oss-storage-class') ?? bucket.storageClass),
    ...(encryption !== undefined && { encryption }),
  }
}

/** All that a request says of an object beside its bytes. */
export const readAttributes = (call: Call, bucket: BucketRecord): ObjectAttributes => ({
  ...readDescription(call),
  tags: readTags(call),
  ...readPlacement(call, bucket),
})

/** Response headers that tell the encryption of an object. */
export const encryptionHeaders = (encryption: Encryption | undefined): ResponseHeaders => ({
  ...(encryption !== undefined && { 'x-oss-server-side-encryption': encryption.algorithm }),
  ...(encryption?.keyId !== undefined && { 'x-oss-server-side-encryption-key-id': encryption.keyId }),
  ...(encryption?.dataEncryption !== undefined && { 'x-oss-server-side-data-encryption': encryption.dataEncryption }),
})

/** When an object was sealed, of one that was. */
export const sealedHeader = ({ sealedAt }: Pick<ObjectRecord, 'sealedAt'>): ResponseHeaders =>
  sealedAt === undefined ? {} : { 'x-oss-sealed-time': new Date(sealedAt).toUTCString() }

/** Whether the request says that nothing may be overwritten. */
export const forbidsOverwrite = (call: Call): boolean =>
  header(call, 'x-oss-forbid-overwrite')?.toLowerCase() === 'true'
