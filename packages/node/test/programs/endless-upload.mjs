/** Uploads a stream of so many bytes to nowhere, and prints how much memory that took above what was in use before. */
import { combineCrc64, crc64, createClient, Uploader } from '@oss-js/node'

const [, , size = ''] = process.argv
const chunk = new Uint8Array(65_536).fill(7)
/** @type {Map<number, { crc: string, size: number }>} */
const parts = new Map()

async function* endless() {
  for (let at = 0; at < Number(size); at += chunk.length) yield chunk
}

/** @param {string} text @param {Record<string, string>} [headers] */
const answer = (text, headers = {}) => ({ status: 200, headers, body: new Response(text).body })

/** @type {import('@oss-js/node').Transport} */
async function nowhere({ method, url, body }) {
  // Lets the process collect what is not used any more, as waiting for a network does.
  await new Promise((resolve) => setTimeout(resolve, 1))
  const { searchParams } = new URL(url)
  if (searchParams.has('uploads'))
    return answer('<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>')
  if (method === 'POST') {
    const inOrder = [...parts].sort(([a], [b]) => a - b).map(([, part]) => part)
    const whole = inOrder.reduce((sum, part) => combineCrc64(sum, part.crc, part.size), '0')
    return answer('<CompleteMultipartUploadResult/>', { 'x-oss-hash-crc64ecma': whole })
  }
  if (!(body instanceof Uint8Array)) throw new TypeError('a part of a stream is bytes')
  const crc = crc64()
  crc.update(body)
  parts.set(Number(searchParams.get('partNumber')), { crc: crc.digest(), size: body.byteLength })
  return answer('', { etag: '1', 'x-oss-hash-crc64ecma': crc.digest() })
}

const client = createClient({ region: 'cn-hangzhou', credentialsProvider: 'anonymous', transport: nowhere })
const before = process.resourceUsage().maxRSS
await new Uploader(client).uploadFrom({ bucket: 'files', key: 'endless' }, endless())
console.log(JSON.stringify({ parts: parts.size, peakBytes: (process.resourceUsage().maxRSS - before) * 1024 }))
