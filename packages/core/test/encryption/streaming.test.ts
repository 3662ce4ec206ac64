import { createCipheriv } from 'node:crypto'
import { expect, test } from 'vitest'
import { contentCipher, counterAt, newContentKey } from '../../src/encryption/aes-ctr.ts'
import { decryptedStream } from '../../src/encryption/decrypted-stream.ts'
import { isSame, pattern } from '../transfer/emulated.ts'

const mib = 1_048_576

test('what is encrypted is asked for chunk by chunk, and no more than a piece is in memory', async () => {
  let asked = 0
  async function* chunks() {
    for (;;) {
      asked += 1
      yield pattern(3 * mib + 5)
    }
  }
  const cipher = await contentCipher(newContentKey())
  const sizes: number[] = []

  for await (const { byteLength } of cipher.over(chunks(), 7)) {
    sizes.push(byteLength)
    if (sizes.length === 5) break
  }

  expect(sizes).toEqual([mib, mib, mib, 5, mib])
  expect(asked).toBe(2)
})

test('what is decrypted is asked for as it is read, and let go of when it is not', async () => {
  let asked = 0
  let reason: unknown
  const source = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        asked += 1
        controller.enqueue(pattern(100))
      },
      cancel(given) {
        reason = given
      },
    },
    { highWaterMark: 0 },
  )
  const cipher = await contentCipher(newContentKey())
  const reader = decryptedStream(source, cipher, { start: 0, surplus: 15 }).getReader()
  expect(asked).toBe(0)

  const first = await reader.read()
  await reader.cancel('enough')

  expect(first.value?.byteLength).toBe(85)
  expect(asked).toBe(1)
  expect(reason).toBe('enough')
})

test('a surplus that is longer than a chunk is left out', async () => {
  const content = newContentKey()
  const cipher = await contentCipher(content)
  const encrypted = await cipher.apply(pattern(40), 0)
  const source = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 16; at < 40; at += 3) controller.enqueue(encrypted.subarray(at, at + 3))
      controller.close()
    },
  })

  const decrypted = decryptedStream(source, cipher, { start: 16, surplus: 14 })
  const bytes = new Uint8Array(await new Response(decrypted).arrayBuffer())

  expect(isSame(bytes, pattern(40).subarray(30))).toBe(true)
})

test.each([
  ['00000000000000000000000000000000', 2 ** 40 + 3, '00000000000000000000010000000003'],
  ['0000000000000000ffffffffffffffff', 1, '00000000000000010000000000000000'],
  ['ffffffffffffffffffffffffffffffff', 2, '00000000000000000000000000000001'],
])('the counter %s is %d blocks on %s', (start, block, expected) => {
  const counter = counterAt(new Uint8Array(Buffer.from(start, 'hex')), block)

  expect(Buffer.from(counter).toString('hex')).toBe(expected)
})

test('what OpenSSL encrypts is decrypted, also past the end of the counter', async () => {
  const key = new Uint8Array(32).fill(3)
  const start = new Uint8Array(16).fill(0xff)
  const cipher = createCipheriv('aes-256-ctr', key, start)
  const encrypted = Buffer.concat([cipher.update(pattern(1000)), cipher.final()])

  const decrypted = await (await contentCipher({ key, start })).apply(new Uint8Array(encrypted), 0)

  expect(isSame(decrypted, pattern(1000))).toBe(true)
})
