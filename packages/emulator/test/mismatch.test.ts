import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { lineDiff } from '../src/authentication/line-diff.ts'
import { type Emulator, startEmulator } from '../src/index.ts'
import { send, signedClient, type TestCall } from './signed-client.ts'

const signedAt = new Date('2026-03-04T05:06:07Z')
const lines: string[] = []
let emulator: Emulator
let oss: ReturnType<typeof signedClient>

beforeAll(async () => {
  emulator = await startEmulator({
    clock: () => signedAt,
    logger: { info: (line) => lines.push(line), error: () => {} },
  })
  const sign = signedClient(emulator)
  oss = (method, call) => sign(method, { signedAt, ...call })
})
beforeEach(async () => {
  await emulator.reset()
  await oss('PUT', { bucket: 'demo-bucket' })
  lines.length = 0
})
afterAll(() => emulator.close())

/** The log of a refused request, without the line's head. */
async function logOf(method: string, call: TestCall): Promise<string> {
  await oss(method, { bucket: 'demo-bucket', key: 'a', ...call })
  return lines.at(-1)!.replace(/^.* SignatureDoesNotMatch: /, '')
}

test('the log shows line by line what was signed and what was sent', async () => {
  const log = await logOf('PUT', {
    tamper: (headers) => {
      headers['content-type'] = 'text/plain'
    },
  })
  expect(log).toBe(`the signature would be right if the header content-type were not sent; - was signed, + was sent:
  PUT
  /demo-bucket/a
  
+ content-type:text/plain
  x-oss-content-sha256:UNSIGNED-PAYLOAD
  x-oss-date:20260304T050607Z
  
  
  UNSIGNED-PAYLOAD`)
})

test.each<[string, string, TestCall]>([
  [
    'the header content-type were text/html',
    'PUT',
    {
      headers: { 'content-type': 'text/html' },
      tamper: (headers) => {
        headers['content-type'] = 'text/html; charset=utf-8'
      },
    },
  ],
  [
    'the header x-oss-meta-later were not sent',
    'PUT',
    { tamper: (headers) => void Object.assign(headers, { 'x-oss-meta-later': '1' }) },
  ],
])('the log finds that %s', async (condition, method, call) => {
  expect(await logOf(method, call)).toContain(`the signature would be right if ${condition};`)
})

test('the log finds that a URL was signed for another method', async () => {
  const { accessKeyId } = emulator
  // Signed for PUT by the rules of V1: `PUT\n\n\n1772600827\n/demo-bucket/a`.
  const target = `/demo-bucket/a?OSSAccessKeyId=${accessKeyId}&Expires=1772600827&Signature=xpPVLbSF%2FMjn4ZWuQRWQFhBh2Zk%3D`
  await send(emulator.port, 'GET', target, { host: 'localhost' })
  expect(lines.at(-1)).toContain(
    'the signature would be right if the method were PUT; - was signed, + was sent:\n- PUT\n+ GET\n',
  )
})

test('where nothing usual explains it, the log shows what was sent', async () => {
  await signedClient({ ...emulator, accessKeySecret: 'wrong' })('GET', { bucket: 'demo-bucket', key: 'a', signedAt })
  expect(lines.at(-1)).toContain(
    'the signature is wrong: of another secret, or of something else than this, which was sent:\n  GET\n  /demo-bucket/a\n',
  )
})

test.each([
  ['a\nb\nc', 'a\nc', '  a\n- b\n  c'],
  ['a\nc', 'a\nb\nc', '  a\n+ b\n  c'],
  ['a', 'b', '- a\n+ b'],
  ['same', 'same', '  same'],
])('the difference of %j and %j is told', (before, after, diff) => {
  expect(lineDiff(before, after)).toBe(diff)
})
