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
  getObject,
  headObject,
  initiateMultipartUpload,
  isObjectExist,
  listMultipartUploads,
  listObjectsV2,
  putObject,
  refreshing,
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
