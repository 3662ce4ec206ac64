import { defaultResourceGroup } from '../resource-group.ts'
import { branch, leaf } from '../xml.ts'
import {
  acceptEncryption,
  acceptInventory,
  acceptLogging,
  acceptObjectWorm,
  acceptOverwriteConfig,
  acceptReferer,
  acceptResourceGroup,
  acceptStyle,
  acceptTags,
  acceptWebsite,
} from './accept.ts'
import type { Configuration, UnsetFault } from './configuration.ts'
import { acceptLifecycle } from './lifecycle.ts'

const boolean = /^(true|false)$/
const anything = /^/
const something = /./s
const status = /^(Enabled|Disabled)$/

const missing = (code: string, message: string): UnsetFault => ({ status: 404, code, message })

const publicAccess = (isBlocked: boolean): string =>
  branch('PublicAccessBlockConfiguration', leaf('BlockPublicAccess', isBlocked))

/** Configurations that are put, read and deleted as a whole, by the name that their operations share. */
export const configurationTable: Readonly<Record<string, Configuration>> = {
  BucketLifecycle: {
    root: 'LifecycleConfiguration',
    unset: missing('NoSuchLifecycle', 'No Row found in Lifecycle Table.'),
    accept: acceptLifecycle,
  },
  BucketWebsite: {
    root: 'WebsiteConfiguration',
    unset: missing('NoSuchWebsiteConfiguration', 'The specified bucket does not have a website configuration.'),
    accept: acceptWebsite,
  },
  BucketReferer: {
    root: 'RefererConfiguration',
    unset: branch(
      'RefererConfiguration',
      leaf('AllowEmptyReferer', true),
      leaf('AllowTruncateQueryString', true),
      leaf('RefererList', ''),
    ),
    wants: { AllowEmptyReferer: boolean },
    accept: acceptReferer,
  },
  BucketLogging: {
    root: 'BucketLoggingStatus',
    unset: leaf('BucketLoggingStatus', ''),
    accept: acceptLogging,
  },
  UserDefinedLogFieldsConfig: {
    root: 'UserDefinedLogFieldsConfiguration',
    unset: missing('NoSuchUserDefinedLogFieldsConfig', 'The user defined log fields are not configured.'),
  },
  BucketTags: {
    root: 'Tagging',
    unset: branch('Tagging', leaf('TagSet', '')),
    wants: { TagSet: anything },
    accept: acceptTags,
  },
  BucketEncryption: {
    root: 'ServerSideEncryptionRule',
    unset: missing('NoSuchServerSideEncryptionRule', 'The server side encryption rule does not exist.'),
    accept: acceptEncryption,
  },
  BucketRequestPayment: {
    root: 'RequestPaymentConfiguration',
    unset: branch('RequestPaymentConfiguration', leaf('Payer', 'BucketOwner')),
    wants: { Payer: /^(BucketOwner|Requester)$/ },
  },
  BucketTransferAcceleration: {
    root: 'TransferAccelerationConfiguration',
    unset: missing(
      'NoSuchTransferAccelerationConfiguration',
      'The specified bucket does not have a transfer acceleration configuration.',
    ),
    wants: { Enabled: boolean },
  },
  BucketAccessMonitor: {
    root: 'AccessMonitorConfiguration',
    unset: branch('AccessMonitorConfiguration', leaf('Status', 'Disabled')),
    wants: { Status: status },
  },
  BucketInventory: {
    root: 'InventoryConfiguration',
    unset: missing('NoSuchInventory', 'The specified inventory configuration does not exist.'),
    id: 'inventoryId',
    wants: { Id: something, IsEnabled: boolean },
    accept: acceptInventory,
  },
  BucketHttpsConfig: {
    root: 'HttpsConfiguration',
    unset: branch('HttpsConfiguration', branch('TLS', leaf('Enable', false))),
    wants: { 'TLS/Enable': boolean },
  },
  Style: {
    root: 'Style',
    unset: missing('NoSuchStyle', 'The specified style does not exist.'),
    id: 'styleName',
    wants: { Content: something },
    accept: acceptStyle,
  },
  BucketResourceGroup: {
    root: 'BucketResourceGroupConfiguration',
    unset: branch('BucketResourceGroupConfiguration', leaf('ResourceGroupId', defaultResourceGroup)),
    wants: { ResourceGroupId: anything },
    accept: acceptResourceGroup,
  },
  BucketArchiveDirectRead: {
    root: 'ArchiveDirectReadConfiguration',
    unset: branch('ArchiveDirectReadConfiguration', leaf('Enabled', false)),
    wants: { Enabled: boolean },
  },
  BucketOverwriteConfig: {
    root: 'OverwriteConfiguration',
    unset: missing('NoSuchOverwriteConfiguration', 'The overwrite configuration does not exist.'),
    wants: { Rule: anything },
    accept: acceptOverwriteConfig,
  },
  BucketObjectWormConfiguration: {
    root: 'ObjectWormConfiguration',
    unset: missing('NoSuchObjectWormConfiguration', 'The object WORM configuration does not exist.'),
    wants: { ObjectWormEnabled: /^Enabled$/ },
    accept: acceptObjectWorm,
  },
  BucketCallbackPolicy: {
    root: 'BucketCallbackPolicy',
    unset: missing('BucketCallbackPolicyNotExist', 'The bucket callback policy does not exist.'),
    wants: { PolicyItem: anything },
  },
  BucketPublicAccessBlock: {
    root: 'PublicAccessBlockConfiguration',
    unset: publicAccess(false),
    wants: { BlockPublicAccess: boolean },
  },
  PublicAccessBlock: {
    root: 'PublicAccessBlockConfiguration',
    unset: publicAccess(false),
    wants: { BlockPublicAccess: boolean },
  },
  AccessPointPublicAccessBlock: {
    root: 'PublicAccessBlockConfiguration',
    unset: publicAccess(false),
    id: 'x-oss-access-point-name',
    wants: { BlockPublicAccess: boolean },
  },
}
