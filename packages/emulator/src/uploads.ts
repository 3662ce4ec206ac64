import type { Call } from './call.ts'
import { noSuchUpload } from './errors.ts'
import { partKey, partsOfUpload, uploadKey } from './storage/keys.ts'
import type { PartRecord, UploadRecord } from './storage/records.ts'
import type { Transaction } from './storage/store.ts'

/** The upload that a call names; `ec` is the fine-grained code when there is none. */
export function uploadOf(call: Call, ec = '0042-00000002'): UploadRecord {
  const uploadId = call.query.get('uploadId') ?? ''
  const upload = uploadId.includes('\0')
    ? undefined
    : call.store.get<UploadRecord>(uploadKey(call.bucket, call.key, uploadId))
  if (upload === undefined) throw noSuchUpload(uploadId, ec)
  return upload
}

/** The parts of an upload, by number. */
export const partsOf = (call: Call, uploadId: string): PartRecord[] =>
  [...call.store.range<PartRecord>(...partsOfUpload(uploadId))].map(({ value }) => value)

/** Removes the records of an upload and its parts. */
export function forgetUpload(
  call: Call,
  transaction: Transaction,
  uploadId: string,
  parts: readonly PartRecord[],
): void {
  transaction.remove(uploadKey(call.bucket, call.key, uploadId))
  for (const part of parts) transaction.remove(partKey(uploadId, part.number))
}
