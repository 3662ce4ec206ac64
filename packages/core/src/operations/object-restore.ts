import { operation } from '../operation.ts'
import { element, header, number, string, struct, type TypeOf, xmlBody } from '../words.ts'
import { answeredVersion, anyVersion, payer } from './shared.ts'

const jobParameters = struct({
  /** How soon: `Expedited`, `Standard` or `Bulk`, for the classes ColdArchive and DeepColdArchive. @default 'Standard' */
  tier: string,
})

/** How a copy is restored. */
export interface JobParameters extends TypeOf<typeof jobParameters> {}

const restoreRequest = struct({
  /** Days that the restored copy stays: 1 to 7 for Archive, to 365 for the colder classes. */
  days: number,
  /** How soon the copy can be read. Of ColdArchive and DeepColdArchive only. */
  jobParameters: element<JobParameters>('JobParameters', jobParameters),
})

/** How long a restored copy stays, and how soon it is there. */
export interface RestoreRequest extends TypeOf<typeof restoreRequest> {}

/**
 * Makes a readable copy of an archived object. It is there after a minute for Archive, after hours for the colder classes;
 * `headObject` tells by `restore`.
 *
 * Throws a ServiceError with the code `RestoreAlreadyInProgress` while one is being made.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/restoreobject RestoreObject}
 */
export const restoreObject = operation({
  name: 'RestoreObject',
  route: 'POST /{bucket}/{key}?restore',
  contentType: 'application/xml',
  input: {
    /** How long the copy stays, and how soon it is there. @default one day */
    restoreRequest: xmlBody<RestoreRequest>('RestoreRequest', restoreRequest),
    ...anyVersion,
    ...payer,
  },
  output: {
    ...answeredVersion,
    /** The tier that OSS restores with. */
    restorePriority: header('x-oss-object-restore-priority'),
  },
})

/**
 * Drops the readable copy of an archived object before its time.
 *
 * Throws a ServiceError with the code `ArchiveRestoreFileStale` if there is none, `ArchiveRestoreNotFinished` while it is
 * being made.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/cleanrestoredobject CleanRestoredObject}
 */
export const cleanRestoredObject = operation({
  name: 'CleanRestoredObject',
  route: 'POST /{bucket}/{key}?cleanRestoredObject',
  contentType: 'application/xml',
  input: { ...anyVersion, ...payer },
})
