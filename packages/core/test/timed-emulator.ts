/** An emulator whose clock stands still until a test moves it, with an empty bucket at the start of each test. */
import { type Emulator, startEmulator } from '@oss-js/emulator'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { type Client, createClient } from '../src/client/client.ts'
import type { ClientConfig } from '../src/client/config.ts'
import { putBucket } from '../src/operations/bucket-basic.ts'

export const bucket = 'examplebucket'
export const start = Date.parse('2026-03-04T05:06:07Z')
export let emulator: Emulator

/** A client that goes by the emulator's clock. */
export const clientOf = (config: Partial<ClientConfig> = {}): Client =>
  createClient({
    region: emulator.region,
    endpoint: emulator.endpoint,
    credentialsProvider: emulator,
    retryMaxAttempts: 1,
    now: () => emulator.clock.now().getTime(),
    ...config,
  })

beforeAll(async () => {
  emulator = await startEmulator({ clock: () => new Date(start) })
})
beforeEach(async () => {
  await emulator.reset()
  await putBucket(clientOf(), { bucket })
})
afterAll(() => emulator.close())
