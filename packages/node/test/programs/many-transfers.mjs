/**
 * Uploads, downloads, aborts, fails, reads and appends so many times over one client, one signal and two open files, and prints
 * what the heap grew by.
 */
import { appendFile, createClient, Downloader, fixedRetryer, openFile, Uploader } from '@oss-js/node'

const [endpoint = '', count = ''] = process.argv.slice(2)
const retryer = fixedRetryer({ delayMs: 0 })
const client = createClient({ endpoint, region: 'cn-hangzhou', credentialsProvider: 'anonymous', retryer })
const { signal } = new AbortController()
const partSize = 102_400
const bytes = new Uint8Array(300_000)
const uploader = new Uploader(client, { partSize })
const downloader = new Downloader(client, { partSize })
const object = { bucket: 'files', key: 'zeros-300000' }
const opened = await openFile(client, object, { signal })
const appended = await appendFile(client, { bucket: 'files', key: 'zeros-0' }, { signal })
const nowhere = () => new WritableStream({ write() {} })

async function transferOnce() {
  await uploader.uploadFrom(object, bytes, { signal, onProgress() {} })
  await uploader.uploadFrom(object, bytes.subarray(0, 50_000), { signal })
  await downloader.downloadTo(object, nowhere(), { signal, onProgress() {} })
  const aborted = uploader.uploadFrom(object, bytes, { signal })
  await Promise.all([aborted.abort(), aborted.catch(() => {})])
  const failing = new WritableStream({
    write() {
      throw new Error('the disk is full')
    },
  })
  await downloader.downloadTo(object, failing, { signal }).catch(() => {})
  // Most need no request, so that there can be many.
  for (let call = 0; call < 100; call++) {
    if (call % 20 === 0) opened.seek(0)
    await opened.read(call % 20 === 0 ? 1000 : 0, { signal })
    await appended.write('', { signal })
  }
  await appended.write(bytes.subarray(0, 1000), { signal })
}

/** Collected twice, as what a finaliser frees goes only then. */
async function heapBytes() {
  for (let round = 0; round < 4; round++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    globalThis.gc?.()
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

// What is compiled and pooled on the way does not count.
for (let run = 0; run < 100; run++) await transferOnce()
const before = await heapBytes()
for (let run = 0; run < Number(count); run++) await transferOnce()
console.log(JSON.stringify({ grownBytes: (await heapBytes()) - before }))
