/** Starts the emulator for the tests that run in browsers, and tells them where it is: `inject('emulator')`. */

import { type CorsRule, createClient, putBucket, putBucketCors } from '@oss-js/core'
import { startEmulator } from '@oss-js/emulator'
import type { TestProject } from 'vitest/node'

/** Where the emulator listens, and the long-lived key that it knows. */
export interface EmulatorAddress {
  /** URL of the OSS endpoint. */
  endpoint: string
  /** URL of the STS endpoint. */
  stsEndpoint: string
  region: string
  accessKeyId: string
  accessKeySecret: string
  /** A role that the key may assume. */
  roleArn: string
  /** A bucket that answers pages of every origin. A page could not make one: what does not exist has no CORS rule. */
  bucket: string
  /** The same, and shows them what tells of client-side encryption. */
  encryptedBucket: string
}

declare module 'vitest' {
  export interface ProvidedContext {
    emulator: EmulatorAddress
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { endpoint, stsEndpoint, region, accessKeyId, accessKeySecret, roleArn, close } = await startEmulator()
  const [bucket, encryptedBucket] = ['browser-tests', 'encrypted-browser-tests']
  const client = createClient({ endpoint, region, credentialsProvider: { accessKeyId, accessKeySecret } })
  await putBucket(client, { bucket })
  await putBucketCors(client, { bucket, corsConfiguration: { corsRules: [anyOrigin] } })
  await putBucket(client, { bucket: encryptedBucket })
  await putBucketCors(client, { bucket: encryptedBucket, corsConfiguration: { corsRules: [anyOriginThatDecrypts] } })
  const key = { accessKeyId, accessKeySecret, roleArn }
  project.provide('emulator', { endpoint, stsEndpoint, region, ...key, bucket, encryptedBucket })
  return close
}

const anyOrigin: CorsRule = {
  allowedOrigins: ['*'],
  allowedMethods: ['PUT', 'POST', 'GET', 'HEAD', 'DELETE'],
  allowedHeaders: ['*'],
  exposeHeaders: ['ETag', 'Date', 'x-oss-request-id', 'x-oss-hash-crc64ecma', 'x-oss-meta-place'],
}

/** What encrypted objects are decrypted by; what is not encrypted is told by the last two. */
const encryption = [
  ...['key', 'start', 'cek-alg', 'wrap-alg', 'matdesc'].map((name) => `x-oss-meta-client-side-encryption-${name}`),
  'Content-Range',
  'x-oss-server-time',
  'x-oss-object-type',
]

const anyOriginThatDecrypts: CorsRule = {
  ...anyOrigin,
  exposeHeaders: [...(anyOrigin.exposeHeaders ?? []), ...encryption],
}
