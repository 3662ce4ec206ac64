import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createClient, getObject, putBucket, putBucketCors, putObject, stsFromUrl } from '@oss-js/browser'
import { startEmulator } from '@oss-js/emulator'
import { assumeRole } from './sts.mjs'

export const bucket = 'browser-upload'
export const prefix = 'uploads/'

/** What a token may do: everything that the page does, and nothing outside of `uploads/`. */
const policy = {
  Version: '1',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['oss:PutObject', 'oss:GetObject', 'oss:AbortMultipartUpload', 'oss:ListParts'],
      Resource: [`acs:oss:*:*:${bucket}/${prefix}*`],
    },
    {
      Effect: 'Allow',
      Action: ['oss:ListObjects'],
      Resource: [`acs:oss:*:*:${bucket}`],
      Condition: { StringLike: { 'oss:Prefix': [`${prefix}*`] } },
    },
  ],
}

/**
 * Starts the emulator, with a bucket that the page may use, and the server of the page.
 *
 * @param {object} [options]
 * @param {number} [options.port] of the page; if it is taken, the next free one. 0 is any. @default 0
 * @param {number} [options.tokenSeconds] how long tokens live. @default 60
 * @param {string} [options.dataDir] where the emulator keeps its data. @default memory
 * @param {() => Date} [options.clock] the time at the emulator and at the page's server. @default the machine's
 * @param {string} [options.sdk] the JavaScript of oss-js for a script tag. @default what is built in `@oss-js/browser`
 */
export async function startApp({ port = 0, tokenSeconds = 60, dataDir, clock = () => new Date(), sdk } = {}) {
  const emulator = await startEmulator({
    clock,
    minimumTokenSeconds: Math.min(tokenSeconds, 900),
    ...(dataDir && { dataDir }),
  })
  const { endpoint, region, accessKeyId, accessKeySecret } = emulator
  const files = await pageFiles(sdk)

  /** @type {Record<string, () => Answer | Promise<Answer>>} */
  const routes = {
    '/settings': () => json(200, JSON.stringify({ endpoint, region, bucket, prefix })),
    '/sts': async () => {
      const session = { sessionName: 'page', durationSeconds: tokenSeconds, policy, now: clock() }
      const { status, text } = await assumeRole(emulator, session).catch(unreachable)
      return json(status, text)
    },
    ...files,
  }
  const server = createServer(async ({ url = '/' }, response) => {
    const { status, type, body } = (await routes[new URL(url, 'http://page').pathname]?.()) ?? notFound
    response.writeHead(status, {
      'content-type': type,
      'cache-control': 'no-store',
      'content-security-policy': `default-src 'self'; connect-src 'self' ${endpoint}; img-src data:`,
      date: clock().toUTCString(),
    })
    response.end(body)
  })
  const url = `http://localhost:${await listen(server, port)}`
  const admin = createClient({ region, endpoint, credentialsProvider: { accessKeyId, accessKeySecret } })
  await putBucket(admin, { bucket })
  await putBucketCors(admin, { bucket, corsConfiguration: { corsRules: [corsRule(url)] } })
  return {
    url,
    emulator,
    /** A client with the account's own key, which the page never has. */
    admin,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await emulator.close()
    },
  }
}

/** What a bucket needs so that a page can use it. @param {string} origin */
const corsRule = (origin) => ({
  allowedOrigins: [origin],
  allowedMethods: /** @type {const} */ (['PUT', 'POST', 'GET', 'HEAD', 'DELETE']),
  allowedHeaders: ['*'],
  exposeHeaders: ['ETag', 'Date', 'x-oss-request-id', 'x-oss-hash-crc64ecma', 'x-oss-ec'],
  maxAgeSeconds: 600,
})

/** Uploads a file as the page does, downloads it again and compares. @param {string} url */
export async function checkUpload(url) {
  const { endpoint, region } = await (await fetch(`${url}/settings`)).json()
  const client = createClient({ region, endpoint, credentialsProvider: stsFromUrl(`${url}/sts`) })
  const key = `${prefix}hello.txt`
  const body = 'Hello from oss-js! The server uploaded this file to see whether everything works.\n'
  await putObject(client, { bucket, key, body, contentType: 'text/plain; charset=utf-8' })
  const downloaded = await getObject(client, { bucket, key })
  if ((await downloaded.body.text()) !== body) throw new Error(`${key} is not what was uploaded`)
  return key
}

/** @typedef {{ status: number, type: string, body: string | Buffer }} Answer */

/** @param {Error} error */
const unreachable = ({ message }) => ({
  status: 502,
  text: JSON.stringify({ message: `STS cannot be reached: ${message}` }),
})

/** @type {Answer} */
const notFound = { status: 404, type: 'text/plain', body: 'Not found' }

/** @param {number} status @param {string} body @returns {Answer} */
const json = (status, body) => ({ status, type: 'application/json', body })

/** @param {string} [sdk] @returns {Promise<Record<string, () => Answer>>} */
async function pageFiles(sdk) {
  const page = new URL('./page/', import.meta.url)
  const built = new URL('./oss-js.iife.min.js', import.meta.resolve?.('@oss-js/browser') ?? page)
  /** @param {URL} url @param {string} type @returns {Promise<Answer>} */
  const file = async (url, type) => ({ status: 200, type: `${type}; charset=utf-8`, body: await readFile(url) })
  const html = await file(new URL('index.html', page), 'text/html')
  const script = await file(new URL('main.js', page), 'text/javascript')
  const style = await file(new URL('style.css', page), 'text/css')
  const library = sdk ? { ...script, body: sdk } : await file(built, 'text/javascript')
  return { '/': () => html, '/main.js': () => script, '/style.css': () => style, '/oss-js.js': () => library }
}

/** @param {import('node:http').Server} server @param {number} port @returns {Promise<number>} the port it has */
function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code !== 'EADDRINUSE' || port >= 65_535) return reject(error)
      resolve(listen(server, port + 1))
    })
    server.listen(port, '127.0.0.1', () =>
      resolve(/** @type {import('node:net').AddressInfo} */ (server.address()).port),
    )
  })
}
