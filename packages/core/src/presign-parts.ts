import type { Client } from './client/client.ts'
import { ValidationError } from './errors.ts'
import { uploadPart } from './operations/object-multipart.ts'
import { type Presigned, type PresignInput, type PresignOptions, urlSigner } from './presign.ts'

/** Which parts of which upload. */
export interface PresignPartsInput extends Omit<PresignInput<typeof uploadPart>, 'partNumber'> {
  /** 1 to 10000 each. */
  partNumbers: readonly number[]
}

/** A part that anybody can upload. */
export interface PresignedPart extends Presigned {
  /** The part's place. */
  partNumber: number
}

/**
 * Signs the upload of many parts at once, in the order of `partNumbers`; credentials are asked for once.
 *
 * With `presign(client, completeMultipartUpload, { bucket, key, uploadId, completeAll: 'yes' })`, and `listParts` and
 * `abortMultipartUpload` signed likewise, a page does a whole upload without any secret.
 *
 * Throws a ValidationError if a part number is not 1 to 10000, and what {@link presign} throws.
 *
 * @example
 * const { uploadId } = await initiateMultipartUpload(client, { bucket, key })
 * const parts = await presignParts(client, { bucket, key, uploadId, partNumbers: [1, 2, 3] })
 */
export async function presignParts(
  client: Client,
  { partNumbers, ...input }: PresignPartsInput,
  options: PresignOptions = {},
): Promise<PresignedPart[]> {
  const wrong = partNumbers.find((number) => !Number.isInteger(number) || number < 1 || number > 10_000)
  if (wrong !== undefined) throw new ValidationError('partNumbers', `whole numbers from 1 to 10000, got ${wrong}`)
  const signUrl = urlSigner(client, options)
  const parts: PresignedPart[] = []
  for (const partNumber of partNumbers) {
    parts.push({ partNumber, ...(await signUrl(uploadPart.definition, { ...input, partNumber })) })
  }
  return parts
}
