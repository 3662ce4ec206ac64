/**
 * Moves one file or stream up, or one object down, and prints how much memory that took above what was in use before, and above
 * a process that has not moved anything.
 */
import { createClient, Downloader, Uploader } from '@oss-js/node'

const [endpoint = '', way = '', path = '', size = ''] = process.argv.slice(2)
const client = createClient({ endpoint, region: 'cn-hangzhou', credentialsProvider: 'anonymous' })

/** @param {number} bytes */
async function* zeros(bytes) {
  const chunk = new Uint8Array(65_536)
  for (let at = 0; at < bytes; at += chunk.length) yield chunk
}

/** @param {number} bytes @param {string} from @param {{ parallelNum?: number }} [options] */
async function move(bytes, from, options) {
  const object = { bucket: 'files', key: `zeros-${bytes}` }
  if (way === 'up') return new Uploader(client).uploadFile(object, from, options)
  if (way === 'stream') return new Uploader(client).uploadFrom(object, zeros(bytes), options)
  return new Downloader(client).downloadTo(object, new WritableStream({ write() {} }), options)
}

const cold = process.resourceUsage().maxRSS
await move(20_000_000, `${path}.small`, { parallelNum: 1 })
const warm = process.resourceUsage().maxRSS
await move(Number(size), path)
const peak = process.resourceUsage().maxRSS
console.log(JSON.stringify({ peakBytes: (peak - warm) * 1024, coldPeakBytes: (peak - cold) * 1024 }))
