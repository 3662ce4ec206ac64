/** An emulator behind a proxy that spoils what passes, with temporary credentials that live for a minute. */
import {
  type Client,
  type ClientConfig,
  createClient,
  fetchTransport,
  fixedRetryer,
  getObject,
  listMultipartUploads,
  putBucket,
  putBucketCors,
  refreshing,
} from '@oss-js/core'
import { startEmulator } from '@oss-js/emulator'
import { undiciTransport } from '@oss-js/node'
import { assumedRole } from '../../packages/core/test/assumed-role.ts'
import { startFaultProxy } from './fault-proxy.ts'

const tokenSeconds = 60

export async function startFaultyService() {
  let skippedMs = 0
  const clock = () => new Date(Date.now() + skippedMs)
  const emulator = await startEmulator({ clock, minimumTokenSeconds: tokenSeconds })
  const passMinute = () => {
    skippedMs += (tokenSeconds + 1) * 1000
  }
  const proxy = await startFaultProxy(emulator.endpoint, passMinute)
  const { region, accessKeyId, accessKeySecret } = emulator
  const client = createClient({
    endpoint: emulator.endpoint,
    region,
    credentialsProvider: { accessKeyId, accessKeySecret },
    now: () => clock().getTime(),
  })
  const rules = {
    allowedOrigins: ['*'],
    allowedMethods: ['PUT', 'POST', 'GET', 'HEAD', 'DELETE'],
    allowedHeaders: ['*'],
  }
  for (const [bucket, exposeHeaders] of [
    ['files', ['ETag', 'x-oss-hash-crc64ecma']],
    ['hiding', ['x-oss-request-id']],
  ] as const) {
    await putBucket(client, { bucket })
    const corsRules = [{ ...rules, allowedMethods: ['PUT', 'POST', 'GET', 'HEAD', 'DELETE'] as const, exposeHeaders }]
    await putBucketCors(client, { bucket, corsConfiguration: { corsRules } as never })
  }
  const transports = { undici: undiciTransport(), fetch: fetchTransport() }
  const token = async () => {
    const { expiration: _, ...credentials } = await assumedRole(emulator, clock(), tokenSeconds)
    return credentials
  }

  return {
    emulator,
    proxy,
    /** Sets the clock of the service this far ahead, whatever time was let pass before: then a seed decides alone. */
    setAhead(ms: number): void {
      skippedMs = ms
    },
    /** One that no fault befalls. */
    client,
    token,
    /** One whose bytes pass the proxy, and which gives up after a short silence. */
    faultyClient: (transport: keyof typeof transports, config: Partial<ClientConfig> = {}): Client =>
      createClient({
        endpoint: proxy.endpoint,
        region,
        credentialsProvider: refreshing(token),
        now: () => clock().getTime(),
        retryer: fixedRetryer({ delayMs: 0, maxAttempts: 3 }),
        transport: transports[transport],
        connectTimeoutMs: 150,
        readWriteTimeoutMs: 150,
        ...config,
      }),
    /** Undefined if there is none. */
    stored: async (key: string, bucket = 'files'): Promise<Uint8Array | undefined> => {
      const found = await getObject(client, { bucket, key }).catch(() => undefined)
      return found?.body.bytes()
    },
    /** Open uploads of a key. Where the answer to the request that opened one was lost, nobody ever learned its id. */
    openUploads: async (key: string, bucket = 'files'): Promise<string[]> => {
      const { uploads } = await listMultipartUploads(client, { bucket, prefix: key })
      return uploads.map(({ uploadId }) => uploadId)
    },
    async [Symbol.asyncDispose]() {
      await transports.undici.close()
      await proxy[Symbol.asyncDispose]()
      await emulator.close()
    },
  }
}

export type FaultyService = Awaited<ReturnType<typeof startFaultyService>>
