/**
 * Envelopes that OSS has to be asked for: of uploads that were begun elsewhere, and of what links stand for. By operations of
 * their own, which read no more than that: the whole answers would take a reader of XML into every page.
 */
import type { CallOptions, Client } from '../client/client.ts'
import { byteOperation } from '../operation.ts'
import { anyVersion, payer } from '../operations/shared.ts'
import { objectName } from '../transfer/checkpoint.ts'
import type { OpenUpload } from '../transfer/multipart.ts'
import type { StoredObject } from '../transfer/stored-form.ts'
import { header, number, query, required, text } from '../words.ts'
import { DecryptionError } from './decryption-error.ts'
import { type Envelope, type Headers, readEnvelope } from './envelope.ts'

const listParts = byteOperation({
  name: 'ListParts',
  route: 'GET /{bucket}/{key}',
  input: {
    uploadId: required(query('uploadId')),
    maxParts: required(query('max-parts', number)),
    partNumberMarker: query('part-number-marker', number),
    ...payer,
  },
  output: { document: required(text()) },
})

const getSymlink = byteOperation({
  name: 'GetSymlink',
  route: 'GET /{bucket}/{key}?symlink',
  input: { ...anyVersion, ...payer },
  output: { target: header('x-oss-symlink-target') },
})

const headObject = byteOperation({
  name: 'HeadObject',
  route: 'HEAD /{bucket}/{key}',
  input: { ifMatch: header('If-Match'), ...payer },
  output: {},
})

/** An upload as OSS tells of it. */
export interface ToldUpload {
  readonly envelope: Envelope
  readonly partSize: number
  readonly dataSize: number | undefined
}

/** How an upload is encrypted that was begun elsewhere. Throws a DecryptionError if it is not. */
export async function toldUpload(client: Client, upload: OpenUpload): Promise<ToldUpload> {
  const { bucket, key, uploadId, requestPayer } = upload
  const { document } = await listParts(client, { bucket, key, uploadId, requestPayer, maxParts: 1 })
  // Base64, numbers, and names without any escape.
  const read = (name: string) => new RegExp(`<ClientEncryption${name}>([^<]+)<`).exec(document)?.[1]
  const envelope = { key: read('Key') ?? '', start: read('Start'), cekAlg: read('CekAlg'), wrapAlg: read('WrapAlg') }
  const partSize = Number(read('PartSize'))
  const dataSize = read('DataSize')
  if (envelope.key && partSize > 0)
    return { envelope, partSize, dataSize: dataSize === undefined ? dataSize : Number(dataSize) }
  const path = `${objectName(bucket, key)}: upload ${uploadId}`
  throw new DecryptionError(
    path,
    'it was not begun with encryption; unwrap() of the EncryptionClient can go on with it',
  )
}

/** The parts that OSS has of an upload, and their bytes. */
export async function toldParts(
  client: Client,
  { bucket, key, uploadId, requestPayer }: OpenUpload,
  { signal }: Pick<CallOptions, 'signal'>,
): Promise<Map<number, number>> {
  const sizes = new Map<number, number>()
  for (let partNumberMarker = 0; ; ) {
    const input = { bucket, key, uploadId, requestPayer, maxParts: 1000, partNumberMarker }
    const { document } = await listParts(client, input, { signal })
    const read = (name: string) =>
      [...document.matchAll(new RegExp(`<${name}>(\\d+)<`, 'g'))].map(([, text]) => Number(text))
    const [numbers, bytes] = [read('PartNumber'), read('Size')]
    for (const [index, number] of numbers.entries()) sizes.set(number, bytes[index] ?? 0)
    const last = numbers.at(-1)
    if (last === undefined || !document.includes('<IsTruncated>true<')) return sizes
    partNumberMarker = last
  }
}

/** A link has the bytes of its target, and metadata of its own. Throws a DecryptionError where a page is not shown its target. */
export async function targetEnvelope(
  client: Client,
  { bucket, key, versionId, requestPayer }: StoredObject,
  headers: Headers,
  { signal }: Pick<CallOptions, 'signal'>,
): Promise<Envelope | undefined> {
  const { target } = await getSymlink(client, { bucket, key, versionId, requestPayer }, { signal })
  if (target === undefined)
    throw new DecryptionError(
      objectName(bucket, key),
      "it is a link, and the answer does not show to what: list x-oss-symlink-target in ExposeHeader of the bucket's CORS rules",
    )
  // Of another target than the one that was read, it would decrypt nothing.
  const named = { bucket, key: decoded(target), requestPayer, ifMatch: headers.etag }
  const { response } = await headObject(client, named, { signal })
  return readEnvelope(response.headers, objectName(bucket, named.key))
}

/** Targets are percent-encoded; what is not may have been written as it is. */
function decoded(target: string): string {
  try {
    return decodeURIComponent(target)
  } catch {
    return target
  }
}
