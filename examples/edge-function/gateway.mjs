/**
 * A gateway before a private bucket, the same in Cloudflare Workers, Deno and Bun. Bytes stream through it in both directions:
 * `GET`, `HEAD` and `PUT /<key>`. `POST /sign?key=&size=&type=` gives a page a URL to upload to without the gateway.
 */
import {
  createClient,
  getObject,
  headObject,
  keyFromPath,
  presign,
  putObject,
  RequestError,
  ServiceError,
  TimeoutError,
} from '@oss-js/core'

/** @typedef {Record<string, string | undefined>} Env */
/** @typedef {{ request: Request, client: import('@oss-js/core').Client, place: { bucket: string, key: string }, maxBytes: number }} Call */

/** What the world may know of an object. */
const publicHeaders = ['content-type', 'content-range', 'etag', 'last-modified', 'cache-control']

/** What OSS refuses because of what was asked for. Whatever else it refuses is no business of who asks. */
const told = ['NoSuchKey', 'PreconditionFailed', 'InvalidRange']

/** @type {Map<string, (call: Call) => Promise<Response>>} */
const methods = new Map(Object.entries({ GET: download, HEAD: download, PUT: upload, POST: sign }))

/** One for all requests: it keeps what it has learned of OSS's clock. @type {Call['client'] | undefined} */
let client

export default {
  /** @param {Request} request @param {Env} env @returns {Promise<Response>} */
  async fetch(request, env) {
    try {
      if (!(await isPermitted(request, setting(env, 'GATEWAY_TOKEN')))) throw refusal(401, 'Wrong token')
      client ??= createClient({
        region: setting(env, 'OSS_REGION'),
        endpoint: env.OSS_ENDPOINT || undefined,
        credentialsProvider: {
          accessKeyId: setting(env, 'OSS_ACCESS_KEY_ID'),
          accessKeySecret: setting(env, 'OSS_ACCESS_KEY_SECRET'),
        },
      })
      const { pathname, searchParams } = new URL(request.url)
      const answer = methods.get(request.method)
      if (!answer || (answer === sign && pathname !== '/sign')) throw refusal(405, 'GET, HEAD, PUT, or POST /sign')
      const key = keyOf(() => (answer === sign ? searchParams.get('key') : decodeURIComponent(pathname.slice(1))))
      const maxBytes = Number(env.MAX_BYTES || 104_857_600)
      if (Number.isNaN(maxBytes)) throw new Error('the setting MAX_BYTES is no number')
      return await answer({ request, client, place: { bucket: setting(env, 'OSS_BUCKET'), key }, maxBytes })
    } catch (error) {
      return answerTo(error)
    }
  },
}

/** @param {Call} call */
async function upload({ request: { headers, body }, client, place, maxBytes }) {
  const declared = headers.get('content-length')
  if (Number(declared) > maxBytes) throw refusal(413, `At most ${maxBytes} bytes`)
  const { etag = '' } = await putObject(client, {
    ...place,
    body: body ? limited(body, maxBytes) : '',
    contentLength: declared ? Number(declared) : undefined,
    contentType: typeOf(headers.get('content-type')),
  })
  return new Response(null, { status: 201, headers: { etag } })
}

/** A body that throws breaks the upload off, and OSS stores nothing. @param {ReadableStream} body @param {number} maxBytes */
async function* limited(body, maxBytes) {
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > maxBytes) throw refusal(413, `At most ${maxBytes} bytes`)
    yield chunk
  }
}

/** Of GET and HEAD. @param {Call} call */
async function download({ request: { headers, method }, client, place }) {
  const ifNoneMatch = headers.get('if-none-match') ?? undefined
  const ifModifiedSince = headers.get('if-modified-since') ?? undefined
  const input = { ...place, ifNoneMatch, ifModifiedSince }
  if (method === 'HEAD') {
    const { response } = await headObject(client, input)
    return new Response(null, { headers: publicOf(response.headers) })
  }
  // OSS knows no If-Range: in doubt, the whole object is right.
  const range = headers.has('if-range') ? undefined : (headers.get('range') ?? undefined)
  const { body, response } = await getObject(client, { ...input, range, rangeBehavior: 'standard' })
  return new Response(body.stream(), { status: response.status, headers: publicOf(response.headers) })
}

/** The size is signed as well, so OSS itself refuses more. @param {Call} call */
async function sign({ request, client, place, maxBytes }) {
  const { searchParams } = new URL(request.url)
  const size = searchParams.get('size') ?? ''
  if (!/^\d+$/.test(size)) throw refusal(400, 'size: how many bytes?')
  const contentLength = Number(size)
  if (contentLength > maxBytes) throw refusal(413, `At most ${maxBytes} bytes`)
  const contentType = typeOf(searchParams.get('type')) ?? 'application/octet-stream'
  const options = { expiresInSeconds: 300, additionalHeaders: ['content-length'] }
  const signed = await presign(client, putObject, { ...place, contentType, contentLength }, options)
  return Response.json(signed, { headers: { 'cache-control': 'no-store' } })
}

/** `fetch` has unpacked what was packed, so its length is another. @param {Record<string, string>} headers */
function publicOf(headers) {
  const { 'content-encoding': packed, 'content-length': length, ...others } = headers
  const tellable = Object.entries(others).filter(([name]) => publicHeaders.includes(name))
  return {
    ...Object.fromEntries(tellable),
    ...(length && !packed && { 'content-length': length }),
    'accept-ranges': 'bytes',
  }
}

/** @param {() => string | null} read */
function keyOf(read) {
  try {
    return keyFromPath(read() ?? '')
  } catch {
    throw refusal(400, 'This is no key of an object')
  }
}

/** Of what is not ASCII, each runtime makes something else. @param {string | null} type */
function typeOf(type) {
  if (/[^ -~]/.test(type ?? '')) throw refusal(400, 'This is no type')
  return type || undefined
}

/** Digests are of one length, and take the same time to compare wherever they differ. @param {Request} request @param {string} token */
async function isPermitted(request, token) {
  const [, given = ''] = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '') ?? []
  const digests = [given, token].map((text) => crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  const [one, other] = (await Promise.all(digests)).map((digest) => new Uint8Array(digest))
  return one?.reduce((difference, byte, index) => difference | (byte ^ (other?.[index] ?? -1)), 0) === 0
}

/** @param {Env} env @param {string} name */
function setting(env, name) {
  if (env[name]) return env[name]
  throw new Error(`the setting ${name} is missing`)
}

/** @param {number} status @param {string} text */
const refusal = (status, text) => new Response(`${text}\n`, { status })

/** The log tells all, the answer what is safe to tell. @param {unknown} error */
function answerTo(error) {
  if (error instanceof Response) return error
  if (error instanceof ServiceError && error.status === 304)
    return new Response(null, { status: 304, headers: publicOf(error.headers) })
  if (error instanceof ServiceError && told.includes(error.code)) return refusal(error.status, error.code)
  console.error(error instanceof Error ? error.message : error)
  if (error instanceof ServiceError) return refusal(502, `The storage refused (request ${error.requestId})`)
  if (error instanceof RequestError || error instanceof TimeoutError) return refusal(504, 'The storage does not answer')
  return refusal(500, 'The gateway failed')
}
