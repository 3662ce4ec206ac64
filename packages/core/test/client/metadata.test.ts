import { type Emulator, startEmulator } from '@oss-js/emulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient } from '../../src/client/client.ts'
import { getObject, headObject, putBucket, putObject } from '../../src/operations/index.ts'

let emulator: Emulator

beforeAll(async () => {
  emulator = await startEmulator()
})
afterAll(() => emulator.close())

test('metadata beyond ASCII is signed, stored and read back', async () => {
  const { endpoint, region, accessKeyId, accessKeySecret } = emulator
  const client = createClient({ endpoint, region, credentialsProvider: { accessKeyId, accessKeySecret } })
  const city = { bucket: 'places', key: 'city' }
  await putBucket(client, { bucket: 'places' })

  await putObject(client, { ...city, body: '', metadata: { name: 'Zürich 苏黎世 🦊' } })
  const head = await headObject(client, city)
  const { metadata, body } = await getObject(client, city)
  await body.cancel()

  expect([head.metadata, metadata]).toEqual([{ name: 'Zürich 苏黎世 🦊' }, { name: 'Zürich 苏黎世 🦊' }])
})
