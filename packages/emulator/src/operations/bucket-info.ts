import type { Call } from '../call.ts'
import { configurationsNamed } from '../configurations/stored.ts'
import { requireBucket } from '../lookup.ts'
import { type OssResponse, xmlAnswer } from '../message.ts'
import { ownerElement } from '../owner.ts'
import { defaultResourceGroup } from '../resource-group.ts'
import { uploadsOfBucket, versionsOfBucket } from '../storage/keys.ts'
import type { BucketRecord, StorageClass, VersionRecord } from '../storage/records.ts'
import { branch, leaf, readXml, writeElement, xmlDocument } from '../xml.ts'
import { endpointsOf } from './service.ts'

const unencrypted = branch('ServerSideEncryptionRule', leaf('SSEAlgorithm', 'None'))

/** What the configurations of a bucket say in short. */
function settingsOf({ configurations = {} }: BucketRecord) {
  const isOn = (name: string, text: string): boolean => configurations[name]?.includes(text) === true
  const onOff = (isEnabled: boolean): string => (isEnabled ? 'Enabled' : 'Disabled')
  const rule = readXml(configurations.BucketEncryption ?? '', 'ServerSideEncryptionRule')
  return {
    accessMonitor: onOff(isOn('BucketAccessMonitor', '<Status>Enabled')),
    transferAcceleration: onOff(isOn('BucketTransferAcceleration', '<Enabled>true')),
    replication: onOff(configurationsNamed(configurations, 'BucketReplication').length > 0),
    blocksPublicAccess: isOn('BucketPublicAccessBlock', '<BlockPublicAccess>true'),
    encryption:
      rule === undefined ? unencrypted : branch(rule.name, ...(rule.children[0]?.children ?? []).map(writeElement)),
  }
}

/** GetBucketInfo: what a bucket is. */
export function getBucketInfo(call: Call): OssResponse {
  const bucket = requireBucket(call.store, call.bucket)
  const { extranet, intranet } = endpointsOf(call.settings.region)
  const settings = settingsOf(bucket)
  const info = branch(
    'Bucket',
    leaf('AccessMonitor', settings.accessMonitor),
    leaf('CreationDate', bucket.createdAt),
    leaf('ExtranetEndpoint', extranet),
    leaf('IntranetEndpoint', intranet),
    leaf('Location', `oss-${call.settings.region}`),
    leaf('StorageClass', bucket.storageClass),
    leaf('TransferAcceleration', settings.transferAcceleration),
    leaf('CrossRegionReplication', settings.replication),
    bucket.versioning === undefined ? undefined : leaf('Versioning', bucket.versioning),
    leaf('DataRedundancyType', bucket.dataRedundancyType),
    leaf('Name', bucket.name),
    leaf('ResourceGroupId', defaultResourceGroup),
    leaf('Comment', ''),
    leaf('BlockPublicAccess', settings.blocksPublicAccess),
    ownerElement(bucket.ownerId),
    branch('AccessControlList', leaf('Grant', bucket.acl)),
    settings.encryption,
    branch('BucketPolicy', leaf('LogBucket', ''), leaf('LogPrefix', '')),
  )
  return xmlAnswer(xmlDocument(branch('BucketInfo', info)))
}

/** The names that the statistics have for the storage classes, and whether they tell the billed size too. */
const classNames: readonly (readonly [name: string, storageClass: StorageClass, hasRealStorage: boolean])[] = [
  ['Standard', 'Standard', false],
  ['InfrequentAccess', 'IA', true],
  ['Archive', 'Archive', true],
  ['ColdArchive', 'ColdArchive', true],
  ['DeepColdArchive', 'DeepColdArchive', true],
]

/** GetBucketStat: how much a bucket holds. */
export function getBucketStat(call: Call): OssResponse {
  const versions = [...call.store.range<VersionRecord>(...versionsOfBucket(call.bucket))].map(({ value }) => value)
  const objects = versions.filter((version) => version.kind === 'object')
  const sizeOf = (list: typeof objects): number => list.reduce((sum, object) => sum + object.size, 0)
  const classes = classNames.flatMap(([name, storageClass, hasRealStorage]) => {
    const members = objects.filter((object) => object.storageClass === storageClass)
    return [
      leaf(`${name}Storage`, sizeOf(members)),
      hasRealStorage ? leaf(`${name}RealStorage`, sizeOf(members)) : undefined,
      leaf(`${name}ObjectCount`, members.length),
    ]
  })
  return xmlAnswer(
    xmlDocument(
      branch(
        'BucketStat',
        leaf('Storage', sizeOf(objects)),
        leaf('ObjectCount', objects.length),
        leaf('MultipartUploadCount', [...call.store.range(...uploadsOfBucket(call.bucket))].length),
        leaf(
          'LiveChannelCount',
          configurationsNamed(requireBucket(call.store, call.bucket).configurations ?? {}, 'LiveChannel').length,
        ),
        leaf('LastModifiedTime', Math.floor(call.now.getTime() / 1000)),
        ...classes,
        leaf('DeleteMarkerCount', versions.length - objects.length),
      ),
    ),
  )
}
