/** Moves one file up, or one object down, and prints how much memory that took above what was in use before. */
import { createClient, Downloader, Uploader } from '@oss-js/node'

const [endpoint = '', way = '', path = '', size = ''] = process.argv.slice(2)
const client = createClient({ endpoint, region: 'cn-hangzhou', credentialsProvider: 'anonymous' })

/** @type {AsyncIterable<Uint8Array>} */
const stream = {
  async *[Symbol.asyncIterator]() {
    const chunk = new Uint8Array(65_536)
    for (let at = 0; at < Number(size); at += chunk.length) yield chunk
  },
}

/** Runs first with little, so that what is loaded and compiled does not count. */
async function move(/** @type {number} */ bytes, /** @type {string} */ from) {
  const object = { bucket: 'files', key: `zeros-${bytes}` }
  if (way === 'up') return new Uploader(client).uploadFile(object, from)
  if (way === 'stream')
    return new Uploader(client).uploadFrom(object, bytes === 100_000 ? new Uint8Array(bytes) : stream)
  return new Downloader(client).downloadTo(object, new WritableStream({ write() {} }))
}

// What a socket brings is of no use once it was handed on, but V8 lets 64 MB of it pile up: the base has some of that.
await move(way === 'down' ? 20_000_000 : 100_000, `${path}.small`)
const before = process.resourceUsage().maxRSS
await move(Number(size), path)
console.log(JSON.stringify({ peakBytes: (process.resourceUsage().maxRSS - before) * 1024 }))
