import { fromByteString } from '../byte-string.ts'
import type { Call } from '../call.ts'
import { invalidArgument } from '../errors.ts'
import { collectPage, type ListedEntry, listingWriter, readLimit, readMarker } from '../listing.ts'
import { type OssResponse, xmlAnswer } from '../message.ts'
import { objectKeyIn, uploadsOfBucket } from '../storage/keys.ts'
import type { UploadRecord } from '../storage/records.ts'
import { partsOf, uploadOf } from '../uploads.ts'
import { branch, leaf, xmlDocument } from '../xml.ts'
import { prefixElements } from './list-objects.ts'

function* uploads(call: Call, from: string): Iterable<ListedEntry<UploadRecord>> {
  const [start, end] = uploadsOfBucket(call.bucket)
  for (const { key, value } of call.store.range<UploadRecord>(start + from, end)) {
    yield { key: objectKeyIn(key), value }
  }
}

/** ListMultipartUploads: a page of the uploads under way. */
export function listMultipartUploads(call: Call): OssResponse {
  const write = listingWriter(call.query)
  const keyMarker = readMarker(call.query, 'key-marker')
  const uploadIdMarker = keyMarker === '' ? '' : (call.query.get('upload-id-marker') ?? '')
  const limit = readLimit('max-uploads', call.query.get('max-uploads'), 1000)
  const page = collectPage(
    {
      prefix: readMarker(call.query, 'prefix'),
      delimiter: readMarker(call.query, 'delimiter'),
      after: keyMarker,
      limit,
    },
    (from) => uploads(call, from),
    ({ value }) => uploadIdMarker !== '' && value.uploadId > uploadIdMarker,
  )
  const next = page.isTruncated ? page.last : undefined
  const elements = page.entries.map(({ value }) =>
    branch(
      'Upload',
      write.text('Key', value.key),
      leaf('UploadId', value.uploadId),
      leaf('StorageClass', value.storageClass),
      leaf('Initiated', value.initiatedAt),
    ),
  )
  return xmlAnswer(
    xmlDocument(
      branch(
        'ListMultipartUploadsResult',
        write.encodingType,
        leaf('Bucket', call.bucket),
        write.text('KeyMarker', call.query.get('key-marker') ?? ''),
        leaf('UploadIdMarker', call.query.get('upload-id-marker') ?? ''),
        write.text('NextKeyMarker', fromByteString(next?.key ?? '')),
        leaf('NextUploadIdMarker', next?.value?.uploadId ?? ''),
        write.text('Delimiter', call.query.get('delimiter') ?? ''),
        write.text('Prefix', call.query.get('prefix') ?? ''),
        leaf('MaxUploads', limit),
        leaf('IsTruncated', page.isTruncated),
        ...elements,
        ...prefixElements(page.prefixes, write),
      ),
    ),
  )
}

function readPartMarker(text: string | undefined): number {
  if (text === undefined || text === '') return 0
  if (/^\d+$/.test(text)) return Number(text)
  throw invalidArgument('part-number-marker', text, 'Argument part-number-marker must be an integer.')
}

/** What the metadata of an upload says of client-side encryption, by the element that tells it. */
const encryptionElements = {
  ClientEncryptionKey: 'key',
  ClientEncryptionStart: 'start',
  ClientEncryptionCekAlg: 'cek-alg',
  ClientEncryptionWrapAlg: 'wrap-alg',
  ClientEncryptionDataSize: 'data-size',
  ClientEncryptionPartSize: 'part-size',
}

const clientEncryption = ({ metadata }: UploadRecord) =>
  Object.entries(encryptionElements).flatMap(([element, name]) => {
    const value = metadata[`client-side-encryption-${name}`]
    return value === undefined ? [] : [leaf(element, value)]
  })

/** ListParts: a page of the parts of an upload. */
export function listParts(call: Call): OssResponse {
  const write = listingWriter(call.query)
  const upload = uploadOf(call)
  const marker = readPartMarker(call.query.get('part-number-marker'))
  const limit = readLimit('max-parts', call.query.get('max-parts'), 1000)
  const parts = partsOf(call, upload.uploadId).filter(({ number }) => number > marker)
  const shown = parts.slice(0, limit)
  const elements = shown.map((part) =>
    branch(
      'Part',
      leaf('PartNumber', part.number),
      leaf('LastModified', part.lastModified),
      leaf('ETag', `"${part.etag}"`),
      leaf('HashCrc64ecma', part.crc64),
      leaf('Size', part.size),
    ),
  )
  return xmlAnswer(
    xmlDocument(
      branch(
        'ListPartsResult',
        write.encodingType,
        leaf('Bucket', call.bucket),
        write.text('Key', call.key),
        leaf('UploadId', upload.uploadId),
        leaf('StorageClass', upload.storageClass),
        leaf('PartNumberMarker', marker),
        leaf('NextPartNumberMarker', shown.at(-1)?.number ?? marker),
        leaf('MaxParts', limit),
        leaf('IsTruncated', parts.length > limit),
        ...clientEncryption(upload),
        ...elements,
      ),
    ),
  )
}
