/** What a page that uploads for hours keeps in memory. */
import { expect, test } from 'vitest'
import { pageWithUploads } from './page-with-uploads.ts'

const count = 300
const bodyBytes = 100_000

test(`${count} uploads of a page leave nothing of what they sent in memory`, async () => {
  const site = await pageWithUploads()
  try {
    const page = await site.open()
    const inspector = await page.context().newCDPSession(page)
    const usedBytes = async () => {
      await inspector.send('HeapProfiler.collectGarbage')
      const usage: { usedSize: number; backingStorageSize?: number } = await inspector.send('Runtime.getHeapUsage')
      return usage.usedSize + (usage.backingStorageSize ?? 0)
    }
    const upload = (times: number) =>
      page.evaluate(
        async ([times, bodyBytes]) => {
          const { OSS, client } = globalThis as any
          const { signal } = new AbortController()
          for (let number = 0; number < times; number++) {
            await OSS.putObject(client, { bucket: 'files', key: 'a', body: new Uint8Array(bodyBytes) }, { signal })
          }
        },
        [times, bodyBytes] as const,
      )

    await upload(20)
    const before = await usedBytes()
    await upload(count)
    const grownBytes = (await usedBytes()) - before

    console.log(`${count} uploads: ${Math.round(grownBytes / 1000)} kB more`)
    // Chromium itself keeps about 100 bytes for each signal that follows another one.
    expect(grownBytes).toBeLessThan(count * 400)
  } finally {
    await site.close()
  }
}, 60_000)
