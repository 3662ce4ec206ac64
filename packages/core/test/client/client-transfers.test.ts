import { Copier, Downloader, OSSClient, putBucket, Uploader } from '@oss-js/core'
import { expect, test } from 'vitest'
import { emulated, isSame, pattern } from '../transfer/emulated.ts'

test('a full client uploads, copies and downloads by methods', async () => {
  await using oss = await emulated()
  const { endpoint, region, accessKeyId, accessKeySecret } = oss.emulator
  const client = new OSSClient({ endpoint, region, credentialsProvider: { accessKeyId, accessKeySecret } })
  await putBucket(client, { bucket: 'copies' })
  const [uploader, downloader, copier] = [client.uploader({ partSize: 102_400 }), client.downloader(), client.copier()]

  await uploader.uploadFrom({ bucket: 'files', key: 'a' }, pattern(300_000))
  await copier.copy({ bucket: 'copies', key: 'a', sourceBucket: 'files', sourceKey: 'a' })
  const blob = await downloader.downloadBlob({ bucket: 'copies', key: 'a' })

  expect(uploader).toBeInstanceOf(Uploader)
  expect(downloader).toBeInstanceOf(Downloader)
  expect(copier).toBeInstanceOf(Copier)
  expect(isSame(new Uint8Array(await blob.arrayBuffer()), pattern(300_000))).toBe(true)
})
