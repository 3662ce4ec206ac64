/**
 * What every runtime has to manage, written against the built core alone: an STS token from a server, an object up and
 * down, a listing, an upload in parts, an aborted one, a role taken with a key. What went wrong is thrown; what came out is
 * returned.
 */
import {
  abortMultipartUpload,
  assumeRoleCredentials,
  completeMultipartUpload,
  createClient,
  deleteObject,
  EncryptionClient,
  getObject,
  headObject,
  initiateMultipartUpload,
  isObjectExist,
  listMultipartUploads,
  listObjectsV2,
  putObject,
  refreshing,
  rsaMasterCipher,
  ServiceError,
  uploadPart,
} from '@oss-js/core'

const partBytes = 102_400

/**
 * @param {{
 *   endpoint: string, region: string, bucket: string, tokenUrl: string, folder: string,
 *   role?: import('@oss-js/core').AssumeRoleCredentialsOptions
 * }} target `role` where STS may be called, which pages may not
 * @param {typeof createClient} [create] the adapter's, where there is one
 */
export async function smoke({ endpoint, region, bucket, tokenUrl, folder, role }, create = createClient) {
  let tokens = 0
  const credentialsProvider = refreshing(async ({ signal }) => {
    tokens += 1
    return (await fetch(tokenUrl, { signal })).json()
  })
  const client = create({ endpoint, region, credentialsProvider })
  const at = (/** @type {string} */ name) => ({ bucket, key: `${folder}/${name}` })

  const text = at("text +%~'()*&=?# 杭州 🦊.txt")
  const stored = await putObject(client, { ...text, body: 'hello, 世界', metadata: { kind: 'smoke' } })
  const read = await getObject(client, text)
  const readText = await read.body.text()

  const encrypted = new EncryptionClient(client, rsaMasterCipher(await rsaKeys()))
  await putObject(encrypted, { ...at('encrypted'), body: filled(7) })
  const { body: tail } = await getObject(encrypted, { ...at('encrypted'), range: 'bytes=-21' })
  const decrypted = await tail.bytes()
  const hidden = await (await getObject(client, at('encrypted'))).body.bytes()

  const streamed = await putObject(client, { ...at('stream'), body: streamOf(partBytes, 3) })
  const back = await (await getObject(client, at('stream'))).body.bytes()

  const { uploadId } = await initiateMultipartUpload(client, at('parts'))
  const parts = []
  for (const partNumber of [1, 2]) {
    const { etag } = await uploadPart(client, { ...at('parts'), uploadId, partNumber, body: filled(partNumber) })
    parts.push({ partNumber, etag: etag ?? '' })
  }
  const completed = await completeMultipartUpload(client, {
    ...at('parts'),
    uploadId,
    completeMultipartUpload: { parts },
  })
  const { contentLength } = await headObject(client, at('parts'))

  const doomed = await initiateMultipartUpload(client, at('doomed'))
  await uploadPart(client, { ...at('doomed'), uploadId: doomed.uploadId, partNumber: 1, body: filled(1) })
  await abortMultipartUpload(client, { ...at('doomed'), uploadId: doomed.uploadId })
  const { uploads } = await listMultipartUploads(client, { bucket, prefix: folder })

  const holder = role && create({ endpoint, region, credentialsProvider: assumeRoleCredentials(role) })
  const byRole = holder && (await getObject(holder, text))

  const { contents } = await listObjectsV2(client, { bucket, prefix: folder })
  for (const { key } of contents) await deleteObject(client, { bucket, key })

  return {
    tokens,
    text: readText,
    textByRole: await byRole?.body.text(),
    kind: read.metadata.kind,
    sameEtag: stored.etag === read.etag,
    decrypted: decrypted.join(),
    isHidden: hidden.length === partBytes && hidden.some((byte) => byte !== 7),
    streamCrc: streamed.hashCrc64,
    streamBack: back.length,
    streamIntact: back.every((byte, index) => byte === Math.floor(index / partBytes)),
    partsEtag: completed.etag,
    partsBytes: contentLength,
    unfinished: uploads.length,
    listed: contents.map(({ key }) => key.slice(folder.length + 1)).sort(),
    isGone: !(await isObjectExist(client, text)),
    missing: await codeOf(getObject(client, text)),
  }
}

const filled = (/** @type {number} */ byte) => new Uint8Array(partBytes).fill(byte)

/** A master key that the runtime makes, in PEM. */
async function rsaKeys() {
  const algorithm = {
    name: 'RSA-OAEP',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: 'SHA-256',
  }
  const { publicKey, privateKey } = /** @type {CryptoKeyPair} */ (
    await crypto.subtle.generateKey(algorithm, true, ['encrypt', 'decrypt'])
  )
  const pem = (/** @type {string} */ label, /** @type {unknown} */ der) =>
    `-----BEGIN ${label}-----\n${btoa(String.fromCharCode(...new Uint8Array(/** @type {ArrayBuffer} */ (der))))}\n-----END ${label}-----`
  return {
    publicKey: pem('PUBLIC KEY', await crypto.subtle.exportKey('spki', publicKey)),
    privateKey: pem('PRIVATE KEY', await crypto.subtle.exportKey('pkcs8', privateKey)),
  }
}

/** As many chunks as asked for, one after another. @param {number} size @param {number} count */
function streamOf(size, count) {
  let index = 0
  return new ReadableStream({
    pull(controller) {
      if (index === count) controller.close()
      else controller.enqueue(new Uint8Array(size).fill(index++))
    },
  })
}

async function codeOf(/** @type {Promise<unknown>} */ failing) {
  try {
    await failing
    return 'none'
  } catch (error) {
    return error instanceof ServiceError ? error.code : String(error)
  }
}
