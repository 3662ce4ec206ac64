import { abortable } from '../abortable.ts'
import { check } from '../check.ts'
import type { CallOptions, Client } from '../client/client.ts'
import { contextOf, keepContext } from '../client/context.ts'
import { ValidationError } from '../errors.ts'
import type { Definition, OutputOf } from '../operation.ts'
import type { getObject } from '../operations/object-basic.ts'
import type { CompleteMultipartUpload, UploadPart } from '../operations/object-multipart.ts'
import type { ByteRange } from '../operations/shared.ts'
import { timeLimit } from '../time-limit.ts'
import { objectName } from '../transfer/checkpoint.ts'
import type { OpenUpload } from '../transfer/multipart.ts'
import { maxParts } from '../transfer/part-size.ts'
import { type StoredForm, type StoredObject, type StoringClient, signalUnsent } from '../transfer/stored-form.ts'
import { type ContentCipher, contentCipher, newContentKey, requireWebCrypto } from './aes-ctr.ts'
import { targetEnvelope, toldParts, toldUpload } from './asked-envelopes.ts'
import { decryptedOutput, refusedRange } from './decrypted-output.ts'
import { alignedRange, answeredRange } from './decrypted-range.ts'
import { type BodyPlace, type EncryptedBody, encryptedBody } from './encrypted-body.ts'
import { checkPartSize, checkParts, type EncryptedUpload, sizeCheck } from './encrypted-upload.ts'
import {
  type Envelope,
  envelopeHeaders,
  envelopeOf,
  type Headers,
  membersOf,
  openEnvelope,
  openUntold,
  readEnvelope,
} from './envelope.ts'
import type { MasterCipher } from './master-cipher.ts'
import { encryptedCall, type Input, lowerCase, type PlainCall, plainCall } from './plain-call.ts'
import { refuse, refuseToSign } from './refused.ts'
import { remember, remembered } from './remembered.ts'

/** How an EncryptionClient works. */
export interface EncryptionClientOptions {
  /** Master ciphers of earlier keys, for what was encrypted with them. They are told apart by their `matDesc`. */
  decryptMasterCiphers?: readonly MasterCipher[] | undefined
}

type Output = Awaited<ReturnType<Client['send']>>
type Send = (input: Input, options: CallOptions) => Promise<Output>

/** Keys of objects that are remembered, so that not every range of one asks the master cipher. */
const rememberedKeys = 256
/** Uploads whose keys are remembered. */
const rememberedUploads = 1000

/**
 * A client that encrypts what is uploaded before it leaves, and decrypts what is downloaded; OSS never has the key. Hand it to
 * operations, transfers and files in the place of the client that it wraps. What other OSS SDKs encrypted, it reads, and they
 * read what it encrypted: AES-256 in CTR mode, a key for each object, which the master key encrypts.
 *
 * What would store bytes as they are, read what is encrypted, or lose the key of an object, is refused with a ValidationError
 * before anything is sent: `appendObject`, `uploadPartCopy`, `copyObject` that replaces the metadata, `selectObject`,
 * `processObject`, `process` of `getObject`, `presign`, `createPostPolicy`, operations of your own that store or read objects.
 * {@link EncryptionClient.unwrap} gives the client that does those. A `Copier` copies encrypted objects over that one: their keys
 * are in their metadata, which goes along.
 *
 * - `contentMd5` and `contentLength` are those of what is encrypted: they are kept in the object's metadata.
 * - `initiateMultipartUpload` needs `csePartSize`, a multiple of 16; all parts but the last must have so many bytes, and numbers
 *   without gaps. `cseDataSize` is the size of the whole, if it is known. An `Uploader` does this by itself. The key of an open
 *   upload is kept here; for one that was begun elsewhere OSS is asked, which takes a master cipher that can decrypt.
 * - A part that is sent again by another call has to have the same bytes: OSS could read both of two texts under one key.
 * - `hashCrc64` and `etag` are those of the encrypted bytes. Uploads and downloads are compared with them as without encryption.
 * - What has a `contentEncoding` is read by a `Downloader` or `openFile`: where `fetch` sends, it unpacks cipher text in vain.
 * - CTR mode hides what is stored; it does not prove that nobody with write access changed it.
 * - A page needs WebCrypto, so https or localhost, and CORS rules that expose the metadata's names.
 *
 * Reading throws a DecryptionError if no master key fits, or the object's metadata is not whole.
 *
 * @example
 * const encrypted = new EncryptionClient(client, rsaMasterCipher({ publicKey, privateKey }))
 * await putObject(encrypted, { bucket: 'photos', key: 'passport.jpg', body: file })
 * const { body } = await getObject(encrypted, { bucket: 'photos', key: 'passport.jpg' })
 */
export class EncryptionClient implements StoringClient {
  /** Sends one operation. */
  readonly send: Client['send']
  readonly #client: Client
  readonly #ciphers: readonly [MasterCipher, ...MasterCipher[]]
  readonly #keys = new Map<string, Promise<ContentCipher>>()
  readonly #uploads = new Map<string, Promise<EncryptedUpload>>()

  /** @param masterCipher encrypts, and decrypts what no other one fits */
  constructor(client: Client, masterCipher: MasterCipher, { decryptMasterCiphers = [] }: EncryptionClientOptions = {}) {
    // Each would take the other's key out of the metadata.
    if (client instanceof EncryptionClient) throw new ValidationError('client', 'it encrypts already')
    this.#client = client
    this.#ciphers = [masterCipher, ...decryptMasterCiphers]
    this.send = (definition, input, options = {}) => this.#send(definition, input, options)
    keepUnsigned(this.send, client)
  }

  /** The client without encryption. */
  unwrap(): Client {
    return this.#client
  }

  /** How the bytes of an object, or of an upload that is open, are stored; undefined if they are not encrypted. */
  async storedForm(object: StoredObject, options: Pick<CallOptions, 'signal'> = {}): Promise<StoredForm | undefined> {
    requireWebCrypto()
    const { uploadId, head } = object
    const cipher =
      uploadId === undefined
        ? await this.#cipherOf(head?.response.headers ?? {}, object, options)
        : (await this.#uploadOf({ ...object, uploadId }, options)).cipher
    return cipher?.over
  }

  async #send(definition: Definition, input: Input, options: CallOptions): Promise<Output> {
    const { timeoutMs, ...unlimited } = options
    if (timeoutMs === undefined) return this.#sendUnlimited(definition, input, options)
    const { signal, allow, stop } = timeLimit(options.signal)
    allow(timeoutMs, `${definition.name}: took longer than the ${timeoutMs} ms of timeoutMs`)
    return this.#sendUnlimited(definition, input, { ...unlimited, signal }).finally(stop)
  }

  async #sendUnlimited(definition: Definition, input: Input, options: CallOptions): Promise<Output> {
    await refuse(definition, input, options)
    const send: Send = (changed, changedOptions) => this.#client.send(definition, changed, changedOptions)
    switch (definition.name) {
      case 'PutObject':
        return this.#put(send, plainCall(input, options))
      case 'GetObject':
        return this.#get(send, input, options)
      case 'InitiateMultipartUpload':
        return this.#initiate(send, plainCall(input, options), signalUnsent(options))
      case 'UploadPart':
        return this.#uploadPart(send, plainCall(input, options))
      case 'CompleteMultipartUpload':
        return this.#complete(send, input, options)
      case 'AbortMultipartUpload':
        return this.#abort(send, input, options)
      default:
        return send(input, options)
    }
  }

  async #put(send: Send, call: PlainCall): Promise<Output> {
    const { cipher, envelope } = await this.#newKey(call.options)
    const encrypted = await encrypt(call, cipher, { position: 0, checkSize() {} })
    return send(...encryptedCall(call, envelopeHeaders({ ...membersOf(envelope), ...call.unencrypted }), encrypted))
  }

  async #initiate(send: Send, call: PlainCall, signal: AbortSignal | undefined): Promise<Output> {
    const { csePartSize: partSize, cseDataSize: dataSize } = call.input as {
      csePartSize?: number
      cseDataSize?: number
    }
    checkPartSize(partSize)
    const isSize = dataSize === undefined || (Number.isSafeInteger(dataSize) && dataSize >= 0)
    check('cseDataSize', isSize, 'the bytes of all parts together', dataSize)
    const { cipher, envelope } = await this.#newKey({ signal })
    const members = { ...membersOf(envelope), 'data-size': dataSize, 'part-size': partSize }
    const output = await send(...encryptedCall(call, envelopeHeaders({ ...members, ...call.unencrypted })))
    const upload = { cipher, headers: envelopeHeaders(members), partSize, dataSize, sizes: new Map<number, number>() }
    const name = nameOf({ ...call.input, uploadId: output.uploadId })
    remember(this.#uploads, rememberedUploads, name, Promise.resolve(upload))
    return output
  }

  async #uploadPart(send: Send, call: PlainCall): Promise<Output> {
    const { input, options, unencrypted } = call
    const { uploadId, partNumber } = input as { uploadId: string; partNumber: number }
    check('uploadId', typeof uploadId === 'string', 'the id of an upload', uploadId)
    const isNumber = Number.isInteger(partNumber) && partNumber >= 1 && partNumber <= maxParts
    check('partNumber', isNumber, `a whole number from 1 to ${maxParts}`, partNumber)
    requireWebCrypto()
    const upload = await this.#uploadOf(input as unknown as OpenUpload, options)
    const position = (partNumber - 1) * upload.partSize
    const encrypted = await encrypt(call, upload.cipher, { position, checkSize: sizeCheck(upload, partNumber) })
    const output = await send(...encryptedCall(call, { ...upload.headers, ...envelopeHeaders(unencrypted) }, encrypted))
    upload.sizes.set(partNumber, encrypted?.size ?? 0)
    return output
  }

  async #complete(send: Send, input: Input, options: CallOptions): Promise<Output> {
    const name = nameOf(input)
    const known = this.#uploads.get(name)?.catch(() => undefined)
    const upload = known && (await within(options, known))
    const { parts } = (input.completeMultipartUpload ?? {}) as Partial<CompleteMultipartUpload>
    if (upload && parts) checkParts(upload, parts)
    if (upload && !parts) checkParts(upload, await this.#allParts(upload, input as unknown as OpenUpload, options))
    const output = await send(input, options)
    this.#uploads.delete(name)
    return output
  }

  /** What `completeAll` takes: parts that were sent from elsewhere are among them. */
  async #allParts(
    { sizes }: EncryptedUpload,
    input: OpenUpload,
    options: CallOptions,
  ): Promise<Pick<UploadPart, 'partNumber'>[]> {
    const told = await toldParts(this.#client, input, options)
    for (const [partNumber, size] of told) sizes.set(partNumber, size)
    return [...told.keys()].map((partNumber) => ({ partNumber }))
  }

  async #abort(send: Send, input: Input, options: CallOptions): Promise<Output> {
    const output = await send(input, options)
    this.#uploads.delete(nameOf(input))
    return output
  }

  async #get(send: Send, input: Input, { onProgress, ...given }: CallOptions): Promise<Output> {
    requireWebCrypto()
    const { 'accept-encoding': _, ...named } = lowerCase(given.headers)
    const options = { ...given, headers: named }
    const asked = (input.range ?? named.range) as ByteRange | string | undefined
    const aligned = asked === undefined ? undefined : alignedRange(asked)
    // Cipher text cannot be made smaller, and what is packed on the way could not be decrypted.
    const changed = { ...input, acceptEncoding: undefined }
    const ranged = aligned && { range: aligned.range, rangeBehavior: 'standard' }
    const output = (await send({ ...changed, ...ranged }, options)) as OutputOf<typeof getObject>
    try {
      const { headers, status } = output.response
      const place = answeredRange(status, headers['content-range'], aligned)
      // The block is in the object, but not what was asked for of it: OSS says so itself.
      const isBehind = place && place.surplus > 0 && Number(headers['content-length']) <= place.surplus
      if (!place || isBehind) return await refusedRange(send({ ...changed, rangeBehavior: 'standard' }, options), asked)
      const cipher = await this.#cipherOf(headers, input as unknown as StoredObject, options)
      return decryptedOutput(output, cipher, place, onProgress)
    } catch (error) {
      await output.body.cancel()
      throw error
    }
  }

  async #newKey(options: CallOptions): Promise<{ cipher: ContentCipher; envelope: Envelope }> {
    requireWebCrypto()
    const content = newContentKey()
    const envelope = await within(options, envelopeOf(content, this.#ciphers[0]))
    return { cipher: await contentCipher(content), envelope }
  }

  async #cipherOf(headers: Headers, object: StoredObject, options: CallOptions): Promise<ContentCipher | undefined> {
    const path = objectName(object.bucket, object.key)
    const isLink = headers['x-oss-object-type'] === 'Symlink'
    const envelope = isLink ? await targetEnvelope(this.#client, object, headers, options) : readEnvelope(headers, path)
    if (!envelope) return undefined
    const open = async () => contentCipher(await openEnvelope(envelope, this.#ciphers, path))
    return remembered(this.#keys, rememberedKeys, JSON.stringify(envelope), open, (found) => within(options, found))
  }

  #uploadOf(upload: OpenUpload, options: CallOptions): Promise<EncryptedUpload> {
    const ask = () => this.#begunElsewhere(upload)
    return remembered(this.#uploads, rememberedUploads, nameOf({ ...upload }), ask, (asked) => within(options, asked))
  }

  async #begunElsewhere(upload: OpenUpload): Promise<EncryptedUpload> {
    const { envelope, partSize, dataSize } = await toldUpload(this.#client, upload)
    const path = `${objectName(upload.bucket, upload.key)}: upload ${upload.uploadId}`
    const { content, matDesc } = await openUntold(envelope, this.#ciphers, path)
    const members = { ...membersOf({ ...envelope, matDesc }), 'data-size': dataSize, 'part-size': partSize }
    const cipher = await contentCipher(content)
    return { cipher, headers: envelopeHeaders(members), partSize, dataSize, sizes: new Map() }
  }
}

/** Retries are those of the client that is wrapped. */
function keepUnsigned(send: Client['send'], client: Client): void {
  try {
    keepContext(send, { ...contextOf(client), locate: refuseToSign })
  } catch {
    // A client that oss-js did not make has nothing to keep, and signs nothing.
  }
}

async function encrypt(
  { body, declaredSize }: PlainCall,
  cipher: ContentCipher,
  place: BodyPlace,
): Promise<EncryptedBody | undefined> {
  if (body !== undefined) return encryptedBody(body, cipher, { ...place, declaredSize })
  place.checkSize(declaredSize ?? 0, true)
}

const nameOf = ({ bucket, key, uploadId }: Input): string => JSON.stringify([bucket, key, uploadId])

/** As long as it takes, or until the call is aborted. */
const within = <T>({ signal }: CallOptions, promise: Promise<T>): Promise<T> =>
  signal ? abortable(promise, signal) : promise
