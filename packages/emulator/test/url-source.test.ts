import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { networkOf } from '../src/ip-range.ts'
import { element, sendTo, signedClient } from './signed-client.ts'

const signedAt = new Date('2026-03-04T05:06:07Z')
let emulator: Emulator

beforeAll(async () => {
  emulator = await startEmulator({ clock: () => signedAt })
})
beforeEach(async () => {
  await emulator.reset()
  const oss = signedClient(emulator)
  await oss('PUT', { bucket: 'demo-bucket', signedAt })
  await oss('PUT', { bucket: 'demo-bucket', key: 'a', body: 'hello', signedAt })
})
afterAll(() => emulator.close())

type Parameters = Readonly<Record<string, string>>

/** Reads the object `a` by a V1 URL that is signed for `signed`, of which the URL tells `told`. */
async function read(signed: Parameters, told = signed): Promise<string> {
  const expires = String(signedAt.getTime() / 1000 + 60)
  const resource = Object.entries(signed).map(([name, value]) => `${name}=${value}`)
  const text = `GET\n\n\n${expires}\n/demo-bucket/a?${resource.sort().join('&')}`
  const query = new URLSearchParams({
    ...told,
    OSSAccessKeyId: emulator.accessKeyId,
    Expires: expires,
    Signature: createHmac('sha1', emulator.accessKeySecret).update(text).digest('base64'),
  })
  const answer = await sendTo(emulator)('GET', `/demo-bucket/a?${query}`, { host: `127.0.0.1:${emulator.port}` })
  return answer.status === 200 ? answer.text : `${answer.status} ${element(answer.text, 'Code')}`
}

const source = 'x-oss-ac-source-ip'
const mask = 'x-oss-ac-subnet-mask'

test.each<[string, Parameters, string]>([
  ['its own address', { [source]: '127.0.0.1' }, 'hello'],
  ['its own address and all bits', { [source]: '127.0.0.1', [mask]: '32' }, 'hello'],
  ['its network', { [source]: '127.1.2.3', [mask]: '8' }, 'hello'],
  ['forwarded requests', { [source]: '127.0.0.1', 'x-oss-ac-forward-allow': 'true' }, 'hello'],
  ['another address', { [source]: '10.1.2.3' }, '403 AccessDenied'],
  ['another network', { [source]: '10.1.2.3', [mask]: '24' }, '403 AccessDenied'],
  ['a VPC', { 'x-oss-ac-vpc-id': 'vpc-1' }, '403 AccessDenied'],
  ['no address', { [source]: 'here' }, '400 InvalidArgument'],
  ['a mask of 65536 bits', { [source]: '127.0.0.1', [mask]: '65536' }, '400 InvalidArgument'],
])('a URL for %s is let in or refused from this machine', async (_, parameters, outcome) => {
  expect(await read(parameters)).toBe(outcome)
})

test('a URL that tells the mask alone is signed for the network of its bearer', async () => {
  expect(await read({ [source]: '127.0.0.0', [mask]: '24' }, { [mask]: '24' })).toBe('hello')
  expect(await read({ [source]: '10.0.0.0', [mask]: '24' }, { [mask]: '24' })).toBe('403 SignatureDoesNotMatch')
})

test('the address of a URL cannot be taken out or changed', async () => {
  const signed = { [source]: '10.1.2.3', [mask]: '24' }
  expect(await read(signed, {})).toBe('403 SignatureDoesNotMatch')
  expect(await read(signed, { [source]: '127.0.0.1', [mask]: '24' })).toBe('403 SignatureDoesNotMatch')
  expect(await read(signed, { [mask]: '0' })).toBe('403 SignatureDoesNotMatch')
})

test.each([
  ['192.168.77.200', 32, '192.168.77.200'],
  ['192.168.77.200', 24, '192.168.77.0'],
  ['192.168.77.200', 19, '192.168.64.0'],
  ['192.168.77.200', 0, '0.0.0.0'],
  ['::ffff:10.9.8.7', 8, '10.0.0.0'],
  ['2001:db8::1', 64, '2001:db8::1'],
])('of %s the network of %i bits is %s', (address, bits, network) => {
  expect(networkOf(address, bits)).toBe(network)
})
