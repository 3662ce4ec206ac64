import { expect, test } from 'vitest'
import { Copier, headObject, putObject } from '../src/index.ts'
import { emulated } from './emulated.ts'

test('metadata beyond ASCII goes along with the parts of a copy', async () => {
  await using oss = await emulated()
  const metadata = { place: 'Zürich 目录' }
  await putObject(oss.client, { bucket: 'files', key: 'a', body: new Uint8Array(300_000), metadata })
  const copier = new Copier(oss.client, { partSize: 102_400, multipartCopyThreshold: 1, disableShallowCopy: true })

  await copier.copy({ bucket: 'files', key: 'b', sourceKey: 'a' })

  expect((await headObject(oss.client, { bucket: 'files', key: 'b' })).metadata).toEqual(metadata)
})
