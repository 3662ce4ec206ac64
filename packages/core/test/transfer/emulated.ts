/** A client of a real emulator that repeats without delay, with an empty bucket named `files`. */
import {
  type ClientConfig,
  createClient,
  fixedRetryer,
  getObject,
  headObject,
  listMultipartUploads,
  putBucket,
} from '@oss-js/core'
import { type EmulatorOptions, type FaultRequest, startEmulator } from '@oss-js/emulator'
import { expect } from 'vitest'

export async function emulated(options: EmulatorOptions = {}) {
  const emulator = await startEmulator(options)
  const { endpoint, region, accessKeyId, accessKeySecret } = emulator
  const clientWith = (config: Partial<ClientConfig> = {}) =>
    createClient({
      endpoint,
      region,
      credentialsProvider: { accessKeyId, accessKeySecret },
      retryer: fixedRetryer({ delayMs: 0, maxAttempts: 3 }),
      ...config,
    })
  const client = clientWith()
  await putBucket(client, { bucket: 'files' })
  emulator.faults.clear()
  return {
    emulator,
    client,
    clientWith,
    /** How often an operation was asked for since the emulator started. */
    count: (name: string) => emulator.requests.filter(({ operation }) => operation === name).length,
    stored: async (key: string) => (await getObject(client, { bucket: 'files', key })).body.bytes(),
    head: (key: string) => headObject(client, { bucket: 'files', key }),
    openUploads: async () => (await listMultipartUploads(client, { bucket: 'files' })).uploads,
    [Symbol.asyncDispose]: () => emulator.close(),
  }
}

export const named =
  (name: string, partNumber?: number) =>
  ({ operation, query }: FaultRequest): boolean =>
    operation === name && (partNumber === undefined || query.get('partNumber') === String(partNumber))

/** Bytes that differ from place to place. */
export const pattern = (size: number, seed = 7): Uint8Array<ArrayBuffer> =>
  new Uint8Array(size).map((_, index) => (index * seed + (index >> 8)) % 251)

/** Numbers from 0 up to, but not including, 1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Whether all bytes are the same; a comparison by `toEqual` takes seconds and prints megabytes. */
export const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

/** What it rejects with; that it does not is a failure. */
export const failureOf = (promise: PromiseLike<unknown>): Promise<any> =>
  Promise.resolve(promise).then(
    () => expect.unreachable('it was a success'),
    (error) => error,
  )

/** Bytes as a source gives them, so many at once. */
export async function* chunked(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
