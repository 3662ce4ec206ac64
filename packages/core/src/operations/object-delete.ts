import { operation } from '../operation.ts'
import {
  boolean,
  encodedString,
  flag,
  header,
  list,
  required,
  string,
  struct,
  type TypeOf,
  xml,
  xmlBody,
} from '../words.ts'
import { anyVersion, encodedKeys, payer } from './shared.ts'

const bypass = {
  /** Deletes in spite of a retention in the mode GOVERNANCE, for those who may. @default false */
  bypassGovernanceRetention: header('x-oss-bypass-governance-retention', flag),
}

/**
 * Deletes an object; one that does not exist as well. In a versioned bucket, a delete marker hides the object unless
 * `versionId` names the version to delete for good.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deleteobject DeleteObject}
 */
export const deleteObject = operation({
  name: 'DeleteObject',
  route: 'DELETE /{bucket}/{key}',
  input: { ...anyVersion, ...bypass, ...payer },
  output: {
    /** Which version was deleted, or the new delete marker's id. */
    versionId: header('x-oss-version-id'),
    /** Whether a delete marker was made or deleted. */
    deleteMarker: header('x-oss-delete-marker', boolean),
  },
})

const objectIdentifier = struct({
  /** The object's key. */
  key: required(string),
  /** Which version to delete for good. */
  versionId: string,
})

/** An object to delete. */
export interface ObjectIdentifier extends TypeOf<typeof objectIdentifier> {}

const deletion = {
  /** Leaves the deleted objects out of the answer. @default false */
  quiet: boolean,
}

const deleteRequest = struct({
  ...deletion,
  /** The objects to delete: 1 to 1000. */
  objects: required(list<ObjectIdentifier>('Object', objectIdentifier)),
})

/** What to delete. */
export interface Delete extends TypeOf<typeof deleteRequest> {}

const deletedInfo = struct({
  /** The object's key. */
  key: required(encodedString),
  /** Which version was deleted, if one was named. */
  versionId: string,
  /** Whether a delete marker was made or deleted. */
  deleteMarker: boolean,
  /** The delete marker's id. */
  deleteMarkerVersionId: string,
})

/** An object that was deleted. */
export interface DeletedInfo extends TypeOf<typeof deletedInfo> {}

/**
 * Deletes up to 1000 objects in one request; those that do not exist as well.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deletemultipleobjects DeleteMultipleObjects}
 */
export const deleteMultipleObjects = operation({
  name: 'DeleteMultipleObjects',
  route: 'POST /{bucket}?delete&encoding-type=url',
  input: xml('Delete', {
    ...deletion,
    /** The objects to delete: 1 to 1000. Required unless `delete` is given. */
    objects: required(list<ObjectIdentifier>('Object', objectIdentifier), 'delete'),
    /** `objects` and `quiet` in one, in their place. */
    delete: xmlBody<Delete>('Delete', deleteRequest),
    ...bypass,
    ...encodedKeys,
    ...payer,
  }),
  output: xml('DeleteResult', {
    /** What was deleted; empty with `quiet`. */
    deletedObjects: required(list<DeletedInfo>('Deleted', deletedInfo)),
    /** `url` if keys travelled percent-encoded; here they are decoded. */
    encodingType: string,
  }),
})
