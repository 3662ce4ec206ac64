import type { Call } from './call.ts'
import { operationsOf } from './configurations/configuration.ts'
import { configurationTable } from './configurations/configuration-table.ts'
import type { OssResponse } from './message.ts'
import {
  createAccessPoint,
  deleteAccessPoint,
  deleteAccessPointPolicy,
  getAccessPoint,
  getAccessPointPolicy,
  listAccessPoints,
  putAccessPointPolicy,
} from './operations/access-point.ts'
import { appendObject } from './operations/append-object.ts'
import {
  deleteBucket,
  getBucketAcl,
  getBucketLocation,
  getBucketVersioning,
  putBucket,
  putBucketAcl,
  putBucketVersioning,
} from './operations/bucket.ts'
import { deleteBucketCors, getBucketCors, putBucketCors } from './operations/bucket-cors.ts'
import { getBucketInfo, getBucketStat } from './operations/bucket-info.ts'
import {
  deleteBucketPolicy,
  getBucketPolicy,
  getBucketPolicyStatus,
  putBucketPolicy,
} from './operations/bucket-policy.ts'
import {
  deleteBucketReplication,
  getBucketReplication,
  getBucketReplicationLocation,
  getBucketReplicationProgress,
  putBucketReplication,
  putBucketRtc,
} from './operations/bucket-replication.ts'
import {
  abortBucketWorm,
  completeBucketWorm,
  extendBucketWorm,
  getBucketWorm,
  initiateBucketWorm,
} from './operations/bucket-worm.ts'
import { listCloudBoxes } from './operations/cloud-boxes.ts'
import { createCnameToken, deleteCname, getCnameToken, listCname, putCname } from './operations/cname.ts'
import { completeMultipartUpload } from './operations/complete-multipart-upload.ts'
import { listBucketInventory, listStyle } from './operations/configuration-lists.ts'
import { copyObject } from './operations/copy-object.ts'
import { deleteMultipleObjects, deleteObject } from './operations/delete-object.ts'
import { doMetaQuery } from './operations/do-meta-query.ts'
import { getObject, getObjectMeta, headObject } from './operations/get-object.ts'
import { listObjects, listObjectsV2 } from './operations/list-objects.ts'
import { listMultipartUploads, listParts } from './operations/list-uploads.ts'
import { listObjectVersions } from './operations/list-versions.ts'
import {
  deleteLiveChannel,
  getLiveChannelHistory,
  getLiveChannelInfo,
  getLiveChannelStat,
  getVodPlaylist,
  listLiveChannel,
  postVodPlaylist,
  putLiveChannel,
  putLiveChannelStatus,
} from './operations/live-channel.ts'
import { closeMetaQuery, getMetaQueryStatus, openMetaQuery } from './operations/meta-query.ts'
import { abortMultipartUpload, initiateMultipartUpload, uploadPart, uploadPartCopy } from './operations/multipart.ts'
import { getObjectAcl, putObjectAcl } from './operations/object-acl.ts'
import {
  createAccessPointForObjectProcess,
  deleteAccessPointForObjectProcess,
  deleteAccessPointPolicyForObjectProcess,
  getAccessPointConfigForObjectProcess,
  getAccessPointForObjectProcess,
  getAccessPointPolicyForObjectProcess,
  listAccessPointsForObjectProcess,
  putAccessPointConfigForObjectProcess,
  putAccessPointPolicyForObjectProcess,
} from './operations/object-process-access-point.ts'
import {
  getObjectLegalHold,
  getObjectRetention,
  putObjectLegalHold,
  putObjectRetention,
} from './operations/object-retention.ts'
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './operations/object-tagging.ts'
import { postObject } from './operations/post-object.ts'
import { processObject } from './operations/process-object.ts'
import { putObject } from './operations/put-object.ts'
import {
  createBucketDataRedundancyTransition,
  deleteBucketDataRedundancyTransition,
  getBucketDataRedundancyTransition,
  listBucketDataRedundancyTransition,
  listUserDataRedundancyTransition,
} from './operations/redundancy-transition.ts'
import { cleanRestoredObject, restoreObject } from './operations/restore-object.ts'
import { sealAppendObject } from './operations/seal-append-object.ts'
import { createSelectObjectMeta, selectObject } from './operations/select-object.ts'
import { describeRegions, listBuckets } from './operations/service.ts'
import { getSymlink, putSymlink } from './operations/symlink.ts'

/** Carries out a call. */
export type Operation = (call: Call) => OssResponse | Promise<OssResponse>

const configurationOperations = (): Record<string, Operation> =>
  Object.assign({}, ...Object.entries(configurationTable).map(([name, entry]) => operationsOf(name, entry)))

/** What the emulator does, by the name of the operation; everything else is answered 501. */
export const operations: Readonly<Record<string, Operation>> = {
  ...configurationOperations(),
  ListBuckets: listBuckets,
  DescribeRegions: describeRegions,
  PutBucket: putBucket,
  DeleteBucket: deleteBucket,
  GetBucketInfo: getBucketInfo,
  GetBucketStat: getBucketStat,
  GetBucketLocation: getBucketLocation,
  GetBucketAcl: getBucketAcl,
  PutBucketAcl: putBucketAcl,
  GetBucketVersioning: getBucketVersioning,
  PutBucketVersioning: putBucketVersioning,
  PutBucketCors: putBucketCors,
  GetBucketCors: getBucketCors,
  DeleteBucketCors: deleteBucketCors,
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
  ListObjectVersions: listObjectVersions,
  PutObject: putObject,
  PostObject: postObject,
  GetObject: getObject,
  HeadObject: headObject,
  GetObjectMeta: getObjectMeta,
  CopyObject: copyObject,
  AppendObject: appendObject,
  SealAppendObject: sealAppendObject,
  DeleteObject: deleteObject,
  DeleteMultipleObjects: deleteMultipleObjects,
  GetObjectAcl: getObjectAcl,
  PutObjectAcl: putObjectAcl,
  GetObjectTagging: getObjectTagging,
  PutObjectTagging: putObjectTagging,
  DeleteObjectTagging: deleteObjectTagging,
  PutSymlink: putSymlink,
  GetSymlink: getSymlink,
  RestoreObject: restoreObject,
  CleanRestoredObject: cleanRestoredObject,
  InitiateMultipartUpload: initiateMultipartUpload,
  UploadPart: uploadPart,
  UploadPartCopy: uploadPartCopy,
  CompleteMultipartUpload: completeMultipartUpload,
  AbortMultipartUpload: abortMultipartUpload,
  ListParts: listParts,
  ListMultipartUploads: listMultipartUploads,
  CreateAccessPoint: createAccessPoint,
  DeleteAccessPoint: deleteAccessPoint,
  DeleteAccessPointPolicy: deleteAccessPointPolicy,
  GetAccessPoint: getAccessPoint,
  GetAccessPointPolicy: getAccessPointPolicy,
  ListAccessPoints: listAccessPoints,
  PutAccessPointPolicy: putAccessPointPolicy,
  DeleteBucketPolicy: deleteBucketPolicy,
  GetBucketPolicy: getBucketPolicy,
  GetBucketPolicyStatus: getBucketPolicyStatus,
  PutBucketPolicy: putBucketPolicy,
  DeleteBucketReplication: deleteBucketReplication,
  GetBucketReplication: getBucketReplication,
  GetBucketReplicationLocation: getBucketReplicationLocation,
  GetBucketReplicationProgress: getBucketReplicationProgress,
  PutBucketReplication: putBucketReplication,
  PutBucketRtc: putBucketRtc,
  CreateCnameToken: createCnameToken,
  DeleteCname: deleteCname,
  GetCnameToken: getCnameToken,
  ListCname: listCname,
  PutCname: putCname,
  ListBucketInventory: listBucketInventory,
  ListStyle: listStyle,
  CloseMetaQuery: closeMetaQuery,
  GetMetaQueryStatus: getMetaQueryStatus,
  OpenMetaQuery: openMetaQuery,
  AbortBucketWorm: abortBucketWorm,
  CompleteBucketWorm: completeBucketWorm,
  ExtendBucketWorm: extendBucketWorm,
  GetBucketWorm: getBucketWorm,
  InitiateBucketWorm: initiateBucketWorm,
  GetObjectLegalHold: getObjectLegalHold,
  GetObjectRetention: getObjectRetention,
  PutObjectLegalHold: putObjectLegalHold,
  PutObjectRetention: putObjectRetention,
  CreateAccessPointForObjectProcess: createAccessPointForObjectProcess,
  DeleteAccessPointForObjectProcess: deleteAccessPointForObjectProcess,
  DeleteAccessPointPolicyForObjectProcess: deleteAccessPointPolicyForObjectProcess,
  GetAccessPointConfigForObjectProcess: getAccessPointConfigForObjectProcess,
  GetAccessPointForObjectProcess: getAccessPointForObjectProcess,
  GetAccessPointPolicyForObjectProcess: getAccessPointPolicyForObjectProcess,
  ListAccessPointsForObjectProcess: listAccessPointsForObjectProcess,
  PutAccessPointConfigForObjectProcess: putAccessPointConfigForObjectProcess,
  PutAccessPointPolicyForObjectProcess: putAccessPointPolicyForObjectProcess,
  CreateBucketDataRedundancyTransition: createBucketDataRedundancyTransition,
  DeleteBucketDataRedundancyTransition: deleteBucketDataRedundancyTransition,
  GetBucketDataRedundancyTransition: getBucketDataRedundancyTransition,
  ListBucketDataRedundancyTransition: listBucketDataRedundancyTransition,
  ListUserDataRedundancyTransition: listUserDataRedundancyTransition,
  DeleteLiveChannel: deleteLiveChannel,
  GetLiveChannelHistory: getLiveChannelHistory,
  GetLiveChannelInfo: getLiveChannelInfo,
  GetLiveChannelStat: getLiveChannelStat,
  GetVodPlaylist: getVodPlaylist,
  ListLiveChannel: listLiveChannel,
  PostVodPlaylist: postVodPlaylist,
  PutLiveChannel: putLiveChannel,
  PutLiveChannelStatus: putLiveChannelStatus,
  ListCloudBoxes: listCloudBoxes,
  DoMetaQuery: doMetaQuery,
  ProcessObject: processObject,
  SelectObject: selectObject,
  CreateSelectObjectMeta: createSelectObjectMeta,
}
