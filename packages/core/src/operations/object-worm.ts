import { operation } from '../operation.ts'
import { flag, header, required, string, struct, type TypeOf, xmlBody } from '../words.ts'
import { anyVersion, legalHold, objectWormMode } from './shared.ts'

const retention = struct({
  /** Whether anybody may lift it. */
  mode: objectWormMode,
  /** Until when, in ISO 8601 with milliseconds, as in `2027-01-01T00:00:00.000Z`. OSS gives it back as it is. */
  retainUntilDate: string,
})

/** Until when an object can be neither changed nor deleted. */
export interface ObjectRetention extends TypeOf<typeof retention> {}

const objectLegalHold = struct({
  /** Whether the object is held back. */
  status: legalHold,
})

/** Whether an object is held back from deletion without end. */
export interface ObjectLegalHold extends TypeOf<typeof objectLegalHold> {}

/**
 * Retains an object until a time, in a bucket that `putBucketObjectWormConfiguration` prepared.
 *
 * Throws a ServiceError with the code `OperationNotSupported` if the bucket is not prepared.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putobjectretention PutObjectRetention}
 */
export const putObjectRetention = operation({
  name: 'PutObjectRetention',
  route: 'PUT /{bucket}/{key}?retention',
  input: {
    ...anyVersion,
    /** Whether to shorten or lift a retention of the mode `GOVERNANCE`, with the permission to. @default false */
    bypassGovernanceRetention: header('x-oss-bypass-governance-retention', flag),
    /** Until when, and whether anybody may lift it. */
    retention: required(xmlBody<ObjectRetention>('Retention', retention)),
  },
})

/**
 * Tells until when an object is retained.
 *
 * Throws a ServiceError with the code `OperationNotSupported` if its bucket is not prepared for it.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getobjectretention GetObjectRetention}
 */
export const getObjectRetention = operation({
  name: 'GetObjectRetention',
  route: 'GET /{bucket}/{key}?retention',
  input: { ...anyVersion },
  output: {
    /** Until when, and whether anybody may lift it. */
    retention: required(xmlBody<ObjectRetention>('Retention', retention)),
  },
})

/**
 * Holds an object back from deletion without end, or lets it go.
 *
 * Throws a ServiceError with the code `OperationNotSupported` if its bucket is not prepared for it.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putobjectlegalhold PutObjectLegalHold}
 */
export const putObjectLegalHold = operation({
  name: 'PutObjectLegalHold',
  route: 'PUT /{bucket}/{key}?legalHold',
  input: {
    ...anyVersion,
    /** Whether the object shall be held back. */
    legalHold: required(xmlBody<ObjectLegalHold>('LegalHold', objectLegalHold)),
  },
})

/**
 * Tells whether an object is held back from deletion without end.
 *
 * Throws a ServiceError with the code `OperationNotSupported` if its bucket is not prepared for it.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getobjectlegalhold GetObjectLegalHold}
 */
export const getObjectLegalHold = operation({
  name: 'GetObjectLegalHold',
  route: 'GET /{bucket}/{key}?legalHold',
  input: { ...anyVersion },
  output: {
    /** Whether the object is held back. */
    legalHold: required(xmlBody<ObjectLegalHold>('LegalHold', objectLegalHold)),
  },
})
