/** Uploads in parts, whose content is one: where a part begins in it, its number and the size of all parts say. */
import { check } from '../check.ts'
import { ValidationError } from '../errors.ts'
import type { UploadPart } from '../operations/object-multipart.ts'
import { blockSize, type ContentCipher } from './aes-ctr.ts'
import type { BodyPlace } from './encrypted-body.ts'

/** An upload in parts that was begun with encryption. */
export interface EncryptedUpload {
  readonly cipher: ContentCipher
  /** What goes with each part. */
  readonly headers: Readonly<Record<string, string>>
  readonly partSize: number
  readonly dataSize: number | undefined
  /** Bytes of the parts that were sent from here. */
  readonly sizes: Map<number, number>
}

/** Throws a ValidationError if content cannot be encrypted in parts of this size. */
export function checkPartSize(partSize: number | undefined): asserts partSize is number {
  if (partSize !== undefined && partSize > 0 && partSize % blockSize === 0) return
  const what = `the bytes of each part, in an Uploader its partSize, are a positive multiple of ${blockSize}`
  throw new ValidationError('csePartSize', `${what}, got ${partSize}; a Copier takes unwrap() of the EncryptionClient`)
}

/**
 * What a part may have. A part that is too large would be encrypted as the next one is, and behind one that is too small nothing is decrypted.
 */
export function sizeCheck({ partSize, dataSize }: EncryptedUpload, partNumber: number): BodyPlace['checkSize'] {
  const left = dataSize === undefined ? undefined : Math.max(0, dataSize - (partNumber - 1) * partSize)
  const largest = Math.min(partSize, left ?? partSize)
  return (size, isAll) => {
    if (size <= largest && !(isAll && left !== undefined && size < largest)) return
    const rule =
      left === undefined
        ? `at most ${largest} bytes, by csePartSize`
        : `${largest} bytes, by csePartSize and cseDataSize`
    throw new ValidationError('body', `part ${partNumber} has ${rule}, got ${size}`)
  }
}

/** Throws a ValidationError if the parts do not follow each other as they are encrypted. */
export function checkParts(
  { partSize, sizes }: EncryptedUpload,
  parts: readonly Pick<UploadPart, 'partNumber'>[],
): void {
  const isOrdered = parts.every(({ partNumber }, index) => partNumber === index + 1)
  check(
    'parts',
    isOrdered,
    'numbers from 1 on without gaps, as the upload is encrypted',
    parts.map(({ partNumber }) => partNumber),
  )
  const small = parts.slice(0, -1).find(({ partNumber }) => (sizes.get(partNumber) ?? partSize) !== partSize)
  if (small) throw new ValidationError('parts', `part ${small.partNumber} has not the ${partSize} bytes of csePartSize`)
}
