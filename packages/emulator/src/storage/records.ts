import type { CorsConfiguration } from '../cors.ts'

/** Who may use a bucket or an object without being its owner. */
export type BucketAcl = 'private' | 'public-read' | 'public-read-write'
/** `default` is the ACL of the bucket. */
export type ObjectAcl = 'default' | BucketAcl
export type StorageClass = 'Standard' | 'IA' | 'Archive' | 'ColdArchive' | 'DeepColdArchive'

/** A bucket and its configurations. */
export interface BucketRecord {
  readonly name: string
  readonly ownerId: string
  readonly createdAt: string
  readonly acl: BucketAcl
  readonly storageClass: StorageClass
  readonly dataRedundancyType: 'LRS' | 'ZRS'
  readonly versioning?: 'Enabled' | 'Suspended'
  readonly cors?: CorsConfiguration
  readonly configurations?: Configurations
  readonly worm?: BucketWorm
  /** The day on which the lifecycle rules were last carried out, and a mark of the rules. */
  readonly lifecycleRun?: string
}

/** How long a bucket keeps its objects from change. */
export interface BucketWorm {
  readonly id: string
  readonly state: 'InProgress' | 'Locked'
  readonly days: number
  readonly createdAt: string
}

/** Until when an object is kept from change. */
export interface Retention {
  /** Only what `GOVERNANCE` keeps can be bypassed. */
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE'
  /** As it was given. */
  readonly retainUntil: string
}

/** Documents without declaration, by the name of the configuration; of those with several, by `name/id`. */
export type Configurations = Readonly<Record<string, string>>

/** What is set for all buckets of an account. */
export interface AccountRecord {
  readonly configurations: Configurations
}

/** A run of bytes in a blob. */
export interface Piece {
  readonly blob: string
  readonly offset: number
  readonly size: number
}

export interface Encryption {
  readonly algorithm: string
  readonly keyId?: string
  readonly dataEncryption?: string
}

/** What a client says of an object beside its bytes. */
export interface ObjectAttributes {
  /** Content-Type, Cache-Control and the like, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  /** User metadata without `x-oss-meta-`, by lower-case name. */
  readonly metadata: Readonly<Record<string, string>>
  readonly tags: readonly (readonly [key: string, value: string])[]
  readonly acl: ObjectAcl
  readonly storageClass: StorageClass
  readonly encryption?: Encryption
}

export type ObjectType = 'Normal' | 'Appendable' | 'Multipart' | 'Symlink'

/** A version of an object. */
export interface ObjectRecord extends ObjectAttributes {
  readonly kind: 'object'
  readonly key: string
  /** `null` when written while versioning was not enabled. */
  readonly versionId: string
  readonly ownerId: string
  readonly type: ObjectType
  readonly size: number
  /** Without quotes. */
  readonly etag: string
  /** Base64, of objects whose bytes came in one request. */
  readonly contentMd5?: string
  /** Decimal. */
  readonly crc64: string
  readonly lastModified: string
  readonly pieces: readonly Piece[]
  readonly symlinkTarget?: string
  /** When appending to it was ended. */
  readonly sealedAt?: string
  /** A restored copy of an archived object is readable between the two instants. */
  readonly restore?: { readonly readyAt: string; readonly expiresAt: string }
  readonly retention?: Retention
  readonly legalHold?: 'ON' | 'OFF'
  /** As what its rows were counted. */
  readonly selectMeta?: readonly ('csv' | 'json')[]
  /** When it was last read, to the day, while the bucket's access monitor was on. */
  readonly accessedAt?: string
  /** When a lifecycle rule last changed its storage class. */
  readonly transitionedAt?: string
  /** Whether it goes back to `Standard` when it is read. */
  readonly returnsWhenVisited?: boolean
}

/** A version that says the object was deleted. */
export interface DeleteMarkerRecord {
  readonly kind: 'deleteMarker'
  readonly key: string
  readonly versionId: string
  readonly ownerId: string
  readonly lastModified: string
}

export type VersionRecord = ObjectRecord | DeleteMarkerRecord

/** A multipart upload under way. */
export interface UploadRecord extends ObjectAttributes {
  readonly key: string
  readonly uploadId: string
  readonly ownerId: string
  readonly initiatedAt: string
}

/** A part of a multipart upload. */
export interface PartRecord {
  readonly number: number
  readonly size: number
  readonly etag: string
  readonly crc64: string
  readonly lastModified: string
  readonly piece: Piece
}

/** Temporary credentials that STS has given out. */
export interface SessionRecord {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken: string
  readonly accountId: string
  readonly roleArn: string
  readonly sessionName: string
  readonly expiresAt: string
  /** JSON text of the session policy. */
  readonly policy?: string
}
