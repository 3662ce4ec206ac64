import { type Emulator, startEmulator } from '@oss-js/emulator'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createClient } from '../../src/client/client.ts'
import type { ClientConfig } from '../../src/client/config.ts'
import { fetchTransport } from '../../src/http/fetch-transport.ts'
import { putBucketReferer } from '../../src/operations/bucket-referer.ts'
import { putBucket } from '../../src/operations/index.ts'
import { getObject, putObject } from '../../src/operations/object-basic.ts'

let emulator: Emulator
beforeEach(async () => {
  emulator = await startEmulator()
  await putBucket(clientOf({}), { bucket: 'photos' })
})
afterEach(() => emulator.close())

/** Its requests reach the emulator whatever their host is. */
function clientOf(config: Partial<ClientConfig>) {
  const { region, endpoint, accessKeyId, accessKeySecret } = emulator
  const transport = fetchTransport((input, init) => emulator.fetch(new Request(input, init)))
  return createClient({ region, endpoint, credentialsProvider: { accessKeyId, accessKeySecret }, transport, ...config })
}

const photo = { bucket: 'photos', key: 'cat.jpg', body: 'cat' }

test.each<[string, Partial<ClientConfig>, string, string]>([
  [
    'a region that is not the one signed for',
    { region: 'oss-cn-hangzhou' },
    'InvalidArgument',
    'Set region to the id of that of the bucket, as in cn-hangzhou.',
  ],
  [
    'the endpoint of another region',
    { endpoint: 'oss-cn-beijing.aliyuncs.com' },
    'AccessDenied',
    'The bucket is at oss-cn-hangzhou.aliyuncs.com: set region or endpoint accordingly.',
  ],
  [
    'path style at a public endpoint',
    { endpoint: 'oss-cn-hangzhou.aliyuncs.com', usePathStyle: true },
    'SecondLevelDomainForbidden',
    'Leave usePathStyle out.',
  ],
])('the refusal of %s says what to do', async (_, config, code, hint) => {
  const error = await putObject(clientOf(config), photo).catch((reason: unknown) => reason)

  expect(error).toMatchObject({ code, hint, message: expect.stringContaining(hint) })
})

test('the refusal of a Referer says where it is allowed', async () => {
  await putObject(clientOf({}), { ...photo, acl: 'public-read' })
  const refererConfiguration = { allowEmptyReferer: false, refererList: { referers: ['https://example.com'] } }
  await putBucketReferer(clientOf({}), { bucket: 'photos', refererConfiguration })

  const reading = getObject(clientOf({ credentialsProvider: 'anonymous' }), { bucket: 'photos', key: 'cat.jpg' })

  await expect(reading).rejects.toMatchObject({ hint: expect.stringContaining("the bucket's referer configuration") })
})
