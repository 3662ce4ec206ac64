/** An emulator with one object in one bucket at the start of each test, in which nothing may go wrong unnoticed. */
import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { signedClient } from './signed-client.ts'

export let emulator: Emulator
export let oss: ReturnType<typeof signedClient>
const errors: string[] = []

beforeAll(async () => {
  emulator = await startEmulator({ logger: { info: () => {}, error: (line) => errors.push(line) } })
  oss = signedClient(emulator)
})
beforeEach(async () => {
  await emulator.reset()
  await oss('PUT', { bucket: 'demo-bucket' })
  await oss('PUT', { bucket: 'demo-bucket', key: 'key', body: 'kept' })
})
afterAll(async () => {
  expect(errors).toEqual([])
  await emulator.close()
})
