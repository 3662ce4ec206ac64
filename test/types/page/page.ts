/** What the script of a page writes, with no type of Node in sight; and what the compiler refuses it. */
import {
  createPostPolicy,
  getObject,
  indexedDbCheckpoints,
  listObjectsV2,
  OSSClient,
  postObject,
  presign,
  putObject,
  sendPresigned,
  stsFromUrl,
  Uploader,
  xhrTransport,
} from '@oss-js/browser'
import { type Body, type CredentialsProvider, createClient } from '@oss-js/core'

const region = 'cn-hangzhou'
const bucket = 'photos'
const key = 'cat.jpg'
declare const file: File

const credentialsProvider: CredentialsProvider = stsFromUrl('/sts')
const client = createClient({ region, credentialsProvider, transport: xhrTransport() })
const full = new OSSClient({ region, credentialsProvider })

await putObject(client, { bucket, key, body: file, acl: 'private' }, { signal: AbortSignal.timeout(1000) })
await full.putObject(
  { bucket, key, body: file.stream() },
  { onProgress: ({ transferred, total }) => [transferred, total] },
)
file.slice(0, 10) satisfies Body

const { body } = await getObject(client, { bucket, key })
const image: Blob = await body.blob()
URL.createObjectURL(image)
await body.stream().pipeTo(new WritableStream())
new Response(body.stream())

const { contents } = await listObjectsV2(client, { bucket })
contents.map((object) => object.key.length)

const uploader = new Uploader(client, { checkpointStore: indexedDbCheckpoints() })
await uploader.uploadFrom({ bucket, key }, file)

const presigned = await presign(client, putObject, { bucket, key }, { expiresInSeconds: 60 })
await sendPresigned(presigned, file)
const policy = await createPostPolicy(client, { bucket, keyPrefix: 'uploads/', expiresInSeconds: 60 })
await postObject(policy, file)

// @ts-expect-error a mistyped field
await putObject(client, { bucket, key, boddy: file })
// @ts-expect-error a word that is none of the few
await full.putObject({ bucket, key, acl: 'secret' })
// @ts-expect-error the bucket left out
await full.putObject({ key, body: file })
// @ts-expect-error lists are always there, and are lists
contents satisfies undefined
// @ts-expect-error nothing of Node is known here
Buffer.from('text')
// @ts-expect-error nor is the helper for files on disk
await full.putObjectFromFile({ bucket, key }, './cat.jpg')
