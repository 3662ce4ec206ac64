import { expect } from 'vitest'
import type { Emulator } from '../src/index.ts'
import { emulatorTest, test } from '../src/vitest.ts'
import { signedClient } from './signed-client.ts'

const ports = new Set<number>()

for (const count of [1, 2]) {
  test(`the tests of a file share an emulator that forgets between them, ${count}`, async ({ emulator }) => {
    ports.add(emulator.port)
    expect(emulator.requests).toEqual([])
    const oss = signedClient(emulator)
    expect((await oss('PUT', { bucket: 'same-bucket', headers: { 'x-oss-forbid-overwrite': 'true' } })).status).toBe(
      200,
    )
    expect((await oss('GET')).text.match(/<Name>/g)).toHaveLength(1)
    expect(ports.size).toBe(1)
  })
}

const own = emulatorTest({ scope: 'test', seed: 'fixed' })
const seen = new Set<Emulator>()

for (const count of [1, 2]) {
  own(`a test can have an emulator of its own, ${count}`, async ({ emulator }) => {
    seen.add(emulator)
    expect(seen.size).toBe(count)
    expect((await signedClient(emulator)('GET')).headers['x-oss-request-id']).toBe('26D1B1468FCECAE7D44FEF57')
  })
}
