/**
 * An OSS that keeps nothing, and tells its parent where it listens. Every object holds zeros: so many as the query of the request
 * to open an upload, or the object's own key, says. Ends with its parent.
 */
import { createServer } from 'node:http'
import { combineCrc64, crc64 } from '../../../core/dist/index.js'

const block = Buffer.alloc(65_536)
/** @type {Map<number, string>} */
const known = new Map([[0, '0']])

/** @param {number} size @returns {string} CRC-64 of so many zeros */
function crcOfZeros(size) {
  const found = known.get(size)
  if (found !== undefined) return found
  const half = Math.floor(size / 2)
  const crc =
    size <= block.length
      ? ofBytes(block.subarray(0, size))
      : combineCrc64(crcOfZeros(size - half), crcOfZeros(half), half)
  known.set(size, crc)
  return crc
}

/** @param {Uint8Array} bytes */
function ofBytes(bytes) {
  const crc = crc64()
  crc.update(bytes)
  return crc.digest()
}

/** @param {import('node:http').ServerResponse} response @param {number} size */
function sendZeros(response, size) {
  let left = size
  const fill = () => {
    while (left > 0) {
      const chunk = block.subarray(0, left)
      left -= chunk.length
      if (!response.write(chunk)) return void response.once('drain', fill)
    }
    response.end()
  }
  fill()
}

/** @type {Map<string, number>} bytes of each upload so far */
const uploads = new Map()
let nextUpload = 1

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const uploadId = url.searchParams.get('uploadId') ?? ''
  let received = 0
  request.on('data', (chunk) => {
    received += chunk.length
  })
  request.on('end', () => {
    if (request.method === 'PUT') {
      if (uploadId) uploads.set(uploadId, (uploads.get(uploadId) ?? 0) + received)
      return response.writeHead(200, { etag: '"1"', 'x-oss-hash-crc64ecma': crcOfZeros(received) }).end()
    }
    if (url.searchParams.has('uploads')) {
      const id = String(nextUpload++)
      return response.end(`<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`)
    }
    if (url.searchParams.has('append')) {
      const next = Number(url.searchParams.get('position')) + received
      const told = { 'x-oss-next-append-position': next, 'x-oss-hash-crc64ecma': crcOfZeros(next) }
      return response.writeHead(200, told).end()
    }
    if (request.method === 'POST') {
      const crc = crcOfZeros(uploads.get(uploadId) ?? 0)
      uploads.delete(uploadId)
      return response.writeHead(200, { 'x-oss-hash-crc64ecma': crc }).end('<CompleteMultipartUploadResult/>')
    }
    const size = Number(/\d+$/.exec(url.pathname)?.[0])
    const shared = {
      etag: '"1"',
      'accept-ranges': 'bytes',
      'x-oss-hash-crc64ecma': crcOfZeros(size),
      'x-oss-object-type': 'Appendable',
    }
    if (request.method === 'HEAD') return response.writeHead(200, { ...shared, 'content-length': size }).end()
    const [, first = '0', end = ''] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '') ?? []
    const last = end || String(size - 1)
    const length = Number(last) - Number(first) + 1
    const range = { 'content-length': length, 'content-range': `bytes ${first}-${last}/${size}` }
    response.writeHead(206, { ...shared, ...range })
    return sendZeros(response, length)
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address && typeof address === 'object') process.send?.(`http://127.0.0.1:${address.port}`)
})
process.once('disconnect', () => process.exit())
