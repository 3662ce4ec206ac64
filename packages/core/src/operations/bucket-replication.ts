import { operation } from '../operation.ts'
import { element, header, list, oneOf, query, required, string, struct, type TypeOf, xmlBody } from '../words.ts'

const transferType = oneOf('internal', 'oss_acc')
/** Over which line replicas travel: OSS's own (`internal`), or transfer acceleration (`oss_acc`), between regions only. */
export type TransferType = TypeOf<typeof transferType>

const historicalObjectReplication = oneOf('enabled', 'disabled')
/** Whether objects are replicated that were there before the rule. */
export type HistoricalObjectReplication = TypeOf<typeof historicalObjectReplication>

const replicationAction = oneOf('ALL', 'PUT')
/** What is replicated: writes, deletions and aborted uploads (`ALL`), or writes only (`PUT`). */
export type ReplicationAction = TypeOf<typeof replicationAction>

const replicationStatus = oneOf('starting', 'doing', 'closing')
/** Where a rule stands: being set up, at work, or being taken down after it was deleted. */
export type ReplicationStatus = TypeOf<typeof replicationStatus>

const replicationTimeControlStatus = oneOf('enabled', 'enabling', 'disabled')
/** Whether replication within minutes is guaranteed; `enabling`, in answers only, until the rule works and old objects are done. */
export type ReplicationTimeControlStatus = TypeOf<typeof replicationTimeControlStatus>

const sseKmsStatus = oneOf('Enabled', 'Disabled')
/** Whether objects that the Key Management Service encrypts are replicated. */
export type SseKmsStatus = TypeOf<typeof sseKmsStatus>

const sseKmsEncryptedObjects = struct({
  /** Whether they are replicated. With `Enabled`, the rule needs `syncRole` and `encryptionConfiguration`. */
  status: sseKmsStatus,
})

/** What happens to objects that the Key Management Service encrypts. */
export interface SseKmsEncryptedObjects extends TypeOf<typeof sseKmsEncryptedObjects> {}

const replicationSourceSelectionCriteria = struct({
  /** What happens to objects that the Key Management Service encrypts. */
  sseKmsEncryptedObjects: element<SseKmsEncryptedObjects>('SseKmsEncryptedObjects', sseKmsEncryptedObjects),
})

/** Which further objects a rule replicates. */
export interface ReplicationSourceSelectionCriteria extends TypeOf<typeof replicationSourceSelectionCriteria> {}

const replicationTimeControl = struct({
  /** Whether it is on. */
  status: replicationTimeControlStatus,
})

/** Replication time control: the guarantee that new objects are replicated to another region within minutes. */
export interface ReplicationTimeControl extends TypeOf<typeof replicationTimeControl> {}

const replicationDestination = struct({
  /** The bucket that replicas are written to. */
  bucket: string,
  /** Its region with `oss-` before it, as in `oss-cn-beijing`. */
  location: string,
  /** Over which line replicas travel. @default 'internal' */
  transferType,
})

/** Where replicas go. */
export interface ReplicationDestination extends TypeOf<typeof replicationDestination> {}

const replicationEncryptionConfiguration = struct({
  /** The id of the key in the Key Management Service that replicas are encrypted with. */
  replicaKmsKeyId: element('ReplicaKmsKeyID'),
})

/** How replicas are encrypted. */
export interface ReplicationEncryptionConfiguration extends TypeOf<typeof replicationEncryptionConfiguration> {}

const replicationPrefixSet = struct({
  /** Up to 10, each of at most 1023 characters. */
  prefixes: list('Prefix', string),
})

/** What the keys of replicated objects begin with. */
export interface ReplicationPrefixSet extends TypeOf<typeof replicationPrefixSet> {}

const replicationRule = struct({
  /** Which further objects are replicated: those that the Key Management Service encrypts. */
  sourceSelectionCriteria: element<ReplicationSourceSelectionCriteria>(
    'SourceSelectionCriteria',
    replicationSourceSelectionCriteria,
  ),
  /** Whether replication within minutes is guaranteed, to another region. @default not */
  rtc: element<ReplicationTimeControl>('RTC', replicationTimeControl),
  /** Where replicas go. */
  destination: element<ReplicationDestination>('Destination', replicationDestination),
  /** Whether objects are replicated that were there before the rule. @default 'enabled' */
  historicalObjectReplication,
  /** The RAM role that OSS replicates as. Needed for another account's bucket and with `sourceSelectionCriteria`. */
  syncRole: string,
  /** Where the rule stands. In answers only. */
  status: replicationStatus,
  /** How replicas are encrypted. Needed when `sourceSelectionCriteria` is `Enabled`. */
  encryptionConfiguration: element<ReplicationEncryptionConfiguration>(
    'EncryptionConfiguration',
    replicationEncryptionConfiguration,
  ),
  /** The rule's id. @default one that OSS makes up */
  id: element('ID'),
  /** Only objects whose keys begin with one of these. @default all objects */
  prefixSet: element<ReplicationPrefixSet>('PrefixSet', replicationPrefixSet),
  /** What is replicated: `ALL`, or `PUT` to let deleted objects live on in the destination. @default 'ALL' */
  action: replicationAction,
})

/** What is replicated, and where to. */
export interface ReplicationRule extends TypeOf<typeof replicationRule> {}

const replicationConfiguration = struct({
  /** The rules; `putBucketReplication` takes one at a time. */
  rules: list<ReplicationRule>('Rule', replicationRule),
})

/** The replication rules of a bucket. */
export interface ReplicationConfiguration extends TypeOf<typeof replicationConfiguration> {}

const replicationRules = struct({
  /** The id of the rule, as `putBucketReplication` and `getBucketReplication` tell it. */
  ids: list('ID', string),
})

/** Which replication rule is meant. */
export interface ReplicationRules extends TypeOf<typeof replicationRules> {}

const rtcConfiguration = struct({
  /** Whether replication within minutes is guaranteed. */
  rtc: element<ReplicationTimeControl>('RTC', replicationTimeControl),
  /** The id of the rule to change. */
  id: element('ID'),
})

/** The replication time control of one rule. */
export interface RtcConfiguration extends TypeOf<typeof rtcConfiguration> {}

const transferTypes = struct({
  /** The lines there are. */
  types: required(list('Type', transferType)),
})

/** Over which lines replicas can travel. */
export interface TransferTypes extends TypeOf<typeof transferTypes> {}

const locationTransferType = struct({
  /** The region with `oss-` before it, as in `oss-cn-beijing`. */
  location: string,
  /** Over which lines replicas can travel there. */
  transferTypes: element<TransferTypes>('TransferTypes', transferTypes),
})

/** Over which lines replicas can travel to a region. */
export interface LocationTransferType extends TypeOf<typeof locationTransferType> {}

const locationTransferTypeConstraint = struct({
  /** One item a region. */
  locationTransferTypes: required(list<LocationTransferType>('LocationTransferType', locationTransferType)),
})

/** The regions to which replicas can travel over more than one line. */
export interface LocationTransferTypeConstraint extends TypeOf<typeof locationTransferTypeConstraint> {}

const locationRtcConstraint = struct({
  /** Regions with `oss-` before them, as in `oss-cn-beijing`. */
  locations: required(list('Location', string)),
})

/** The regions for which replication time control is offered. */
export interface LocationRtcConstraint extends TypeOf<typeof locationRtcConstraint> {}

const replicationLocation = struct({
  /** Regions that replicas can go to, with `oss-` before them, as in `oss-cn-beijing`. */
  locations: required(list('Location', string)),
  /** The regions to which replicas can travel over more than one line. */
  locationTransferTypeConstraint: element<LocationTransferTypeConstraint>(
    'LocationTransferTypeConstraint',
    locationTransferTypeConstraint,
  ),
  /** The regions for which replication time control is offered. */
  locationRtcConstraint: element<LocationRtcConstraint>('LocationRTCConstraint', locationRtcConstraint),
})

/** Where a bucket can be replicated to. */
export interface ReplicationLocation extends TypeOf<typeof replicationLocation> {}

const replicationProgressInformation = struct({
  /** How much of what was there before the rule is replicated, from 0 to 1, as in `0.86`. */
  historicalObject: string,
  /** What was written before this time is replicated: ISO 8601, as in `2015-09-24T15:28:14.000Z`. */
  newObject: string,
})

/** How far replication has come. */
export interface ReplicationProgressInformation extends TypeOf<typeof replicationProgressInformation> {}

const replicationProgressRule = struct({
  /** Whether objects are replicated that were there before the rule. */
  historicalObjectReplication,
  /** How far it has come; only while the rule's status is `doing`. */
  progress: element<ReplicationProgressInformation>('Progress', replicationProgressInformation),
  /** The rule's id. */
  id: element('ID'),
  /** What the keys of replicated objects begin with; absent for all objects. */
  prefixSet: element<ReplicationPrefixSet>('PrefixSet', replicationPrefixSet),
  /** What is replicated. */
  action: replicationAction,
  /** Where replicas go. */
  destination: element<ReplicationDestination>('Destination', replicationDestination),
  /** Where the rule stands. */
  status: replicationStatus,
})

/** How far a replication rule has come. */
export interface ReplicationProgressRule extends TypeOf<typeof replicationProgressRule> {}

const replicationProgress = struct({
  /** The rule that was asked for. */
  rules: required(list<ReplicationProgressRule>('Rule', replicationProgressRule)),
})

/** How far the replication of a bucket has come. */
export interface ReplicationProgress extends TypeOf<typeof replicationProgress> {}

/**
 * Adds a replication rule to a bucket, beside those that it has.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketreplication PutBucketReplication}
 */
export const putBucketReplication = operation({
  name: 'PutBucketReplication',
  route: 'POST /{bucket}?replication&comp=add',
  input: {
    /** The rule to add. */
    replicationConfiguration: required(
      xmlBody<ReplicationConfiguration>('ReplicationConfiguration', replicationConfiguration),
    ),
  },
  output: {
    /** The rule's id. */
    replicationRuleId: header('x-oss-replication-rule-id'),
  },
})

/**
 * Turns the replication time control of a rule on or off.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketrtc PutBucketRTC}
 */
export const putBucketRtc = operation({
  name: 'PutBucketRtc',
  route: 'PUT /{bucket}?rtc',
  input: {
    /** Which rule, and whether replication within minutes is guaranteed. */
    rtcConfiguration: required(xmlBody<RtcConfiguration>('ReplicationRule', rtcConfiguration)),
  },
})

/**
 * Tells the replication rules of a bucket.
 *
 * Throws a ServiceError with the code `NoSuchReplicationConfiguration` if it has none.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketreplication GetBucketReplication}
 */
export const getBucketReplication = operation({
  name: 'GetBucketReplication',
  route: 'GET /{bucket}?replication',
  output: {
    /** The rules that the bucket has. */
    replicationConfiguration: required(
      xmlBody<ReplicationConfiguration>('ReplicationConfiguration', replicationConfiguration),
    ),
  },
})

/**
 * Tells the regions that a bucket can be replicated to.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketreplicationlocation GetBucketReplicationLocation}
 */
export const getBucketReplicationLocation = operation({
  name: 'GetBucketReplicationLocation',
  route: 'GET /{bucket}?replicationLocation',
  output: {
    /** The regions, and what is offered for which. */
    replicationLocation: required(xmlBody<ReplicationLocation>('ReplicationLocation', replicationLocation)),
  },
})

/**
 * Tells how far a replication rule has come.
 *
 * Throws a ServiceError with the code `NoSuchReplicationRule` if there is no such rule.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketreplicationprogress GetBucketReplicationProgress}
 */
export const getBucketReplicationProgress = operation({
  name: 'GetBucketReplicationProgress',
  route: 'GET /{bucket}?replicationProgress',
  input: {
    /** The rule's id. */
    ruleId: required(query('rule-id')),
  },
  output: {
    /** How far it has come. */
    replicationProgress: required(xmlBody<ReplicationProgress>('ReplicationProgress', replicationProgress)),
  },
})

/**
 * Deletes a replication rule. Its status is `closing` until OSS has cleaned up; what was replicated stays.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deletebucketreplication DeleteBucketReplication}
 */
export const deleteBucketReplication = operation({
  name: 'DeleteBucketReplication',
  route: 'POST /{bucket}?replication&comp=delete',
  input: {
    /** The rule to delete. */
    replicationRules: required(xmlBody<ReplicationRules>('ReplicationRules', replicationRules)),
  },
})
