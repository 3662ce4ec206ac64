import { describe, expect, test } from 'vitest'
import { deleteObject, getObject, headObject, listObjectsV2, putObject, ServiceError } from '../src/index.ts'
import { emulated } from './emulated.ts'

const keys = [
  'plain.txt',
  'folder/with space.txt',
  "a+b%20c~d'e(f)g*h&i=j?k#l",
  '杭州/照片.jpg',
  'emoji 🦊🏳️‍🌈',
  'e\u0301 is not é',
  'semi;colon,comma:at@dollar$bang![]{}|^"<>\\`',
  'two//slashes/',
]

describe.each(keys)('the key %s', (key) => {
  test('is put, read, listed and deleted as it is', async () => {
    await using oss = await emulated()

    await putObject(oss.client, { bucket: 'files', key, body: key })
    const { body } = await getObject(oss.client, { bucket: 'files', key })
    expect(await body.text()).toBe(key)
    const { contents } = await listObjectsV2(oss.client, { bucket: 'files', prefix: key })
    expect(contents?.map((object) => object.key)).toEqual([key])
    await deleteObject(oss.client, { bucket: 'files', key })

    await expect(headObject(oss.client, { bucket: 'files', key })).rejects.toThrow(ServiceError)
  })
})

test('metadata keeps text beyond ASCII', async () => {
  await using oss = await emulated()
  const metadata = { city: '杭州', latin: 'café', emoji: '🦊', ascii: 'plain' }

  await putObject(oss.client, { bucket: 'files', key: 'a', body: 'b', metadata })

  const { body, metadata: read } = await getObject(oss.client, { bucket: 'files', key: 'a' })
  await body.cancel()
  expect(read).toEqual(metadata)
})
