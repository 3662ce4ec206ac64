/** A client of a real emulator, with an empty bucket named `files`. */
import { type Emulator, type EmulatorOptions, startEmulator } from '@oss-js/emulator'
import { createClient, type NodeClientConfig, putBucket } from '../src/index.ts'

export async function emulated(options: EmulatorOptions = {}) {
  const emulator = await startEmulator(options)
  const client = clientOf(emulator)
  await putBucket(client, { bucket: 'files' })
  return { emulator, client, [Symbol.asyncDispose]: () => emulator.close() }
}

export const clientOf = (emulator: Emulator, config: Partial<NodeClientConfig> = {}) =>
  createClient(configOf(emulator, config))

export const configOf = (
  { endpoint, region, accessKeyId, accessKeySecret }: Emulator,
  config: Partial<NodeClientConfig> = {},
): NodeClientConfig => ({ endpoint, region, credentialsProvider: { accessKeyId, accessKeySecret }, ...config })
