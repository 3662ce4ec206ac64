import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createClient, getObject, presign, putObject } from '@oss-js/core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../../src/index.ts'
import { aliOss, bucket } from './ali-oss-client.ts'

interface Link {
  readonly url: string
  readonly headers?: Record<string, string>
}

type Signer = (method: 'GET' | 'PUT', key: string) => Promise<Link>

const key = 'dir/空 格+1.txt'
const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 13 + (index >> 7)) & 255))

let emulator: Emulator
let folder: string

beforeAll(async () => {
  emulator = await startEmulator()
  folder = await mkdtemp(join(tmpdir(), 'curl-'))
  writeFileSync(join(folder, 'up'), bytes)
})
beforeEach(async () => {
  await emulator.reset()
  await aliOss(emulator, { host: '127.0.0.1' }).putBucket!(bucket)
})
afterAll(async () => {
  await emulator.close()
  await rm(folder, { recursive: true })
})

/** The status that curl is answered with; the body is in the file `down`. */
async function curl(...args: string[]): Promise<string> {
  const common = ['--silent', '--show-error', '--noproxy', '*', '--output', join(folder, 'down'), '--write-out']
  const { stdout } = await promisify(execFile)('curl', [...common, '%{http_code} %{content_type}', ...args])
  return stdout
}

const headerArgs = ({ headers = {} }: Link): string[] =>
  Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`])

/** What core signs, addressed in the path or by the host name. */
const byCore =
  (signatureVersion: 'v1' | 'v4', host: string): Signer =>
  (method, name) => {
    const { region, accessKeyId, accessKeySecret, port } = emulator
    const endpoint = `http://${host}:${port}`
    const credentialsProvider = { accessKeyId, accessKeySecret }
    const client = createClient({ endpoint, region, credentialsProvider, signatureVersion })
    return method === 'GET'
      ? presign(client, getObject, { bucket, key: name })
      : presign(client, putObject, { bucket, key: name, contentType: 'text/plain' })
  }

const byAliOssV1: Signer = async (method, name) => {
  const oss = aliOss(emulator, { host: 'localhost' }, { sldEnable: true })
  const type = method === 'PUT' && { 'Content-Type': 'text/plain' }
  return { url: oss.signatureUrl(name, { method, ...type }), ...(type && { headers: type }) }
}

const byAliOssV4: Signer = async (method, name) => {
  const oss = aliOss(emulator, { host: 'localhost', authorizationV4: true })
  const headers = method === 'PUT' ? { 'Content-Type': 'text/plain' } : {}
  return { url: await oss.signatureUrlV4!(method, 60, { headers }, name), headers }
}

const signers: [name: string, sign: Signer][] = [
  ['core with V4 and an IP address', byCore('v4', '127.0.0.1')],
  ['core with V1 and an IP address', byCore('v1', '127.0.0.1')],
  ['core with V4 and a host name', byCore('v4', 'oss.localhost')],
  ['ali-oss with V1 and path style', byAliOssV1],
  ['ali-oss with V4 and a host name', byAliOssV4],
]

describe.each(signers)('curl with a URL of %s', (_, sign) => {
  test('puts a file and gets it back', async () => {
    const up = await sign('PUT', key)
    const put = await curl('--upload-file', join(folder, 'up'), ...headerArgs(up), up.url)
    const down = await sign('GET', key)

    expect(put).toBe('200 ')
    expect(await curl(...headerArgs(down), down.url)).toBe('200 text/plain')
    expect(readFileSync(join(folder, 'down')).equals(bytes)).toBe(true)
  })

  test('sends a file of unknown length, and asks before it sends', async () => {
    const { url, ...rest } = await sign('PUT', key)
    const args = ['--request', 'PUT', '--header', 'Transfer-Encoding: chunked', '--header', 'Expect: 100-continue']
    const put = await curl(...args, '--data-binary', `@${join(folder, 'up')}`, ...headerArgs({ url, ...rest }), url)
    const down = await sign('GET', key)

    expect(put).toBe('200 ')
    expect(await curl('--range', '299990-', ...headerArgs(down), down.url)).toBe('206 text/plain')
    expect(readFileSync(join(folder, 'down')).equals(bytes.subarray(299_990))).toBe(true)
  })

  test('is refused for what the URL was not signed for', async () => {
    const { url, ...rest } = await sign('GET', key)
    const put = await curl('--upload-file', join(folder, 'up'), ...headerArgs({ url, ...rest }), url)
    expect(put).toBe('403 application/xml')
    expect(readFileSync(join(folder, 'down'), 'utf8')).toContain('<Code>SignatureDoesNotMatch</Code>')
  })
})

test('curl posts a form whose policy ali-oss signed', async () => {
  const oss = aliOss(emulator, { host: '127.0.0.1' })
  const expiration = new Date(Date.now() + 60_000).toISOString()
  const signed = oss.calculatePostSignature({ expiration, conditions: [['starts-with', '$key', 'curl/']] })
  const fields = Object.entries({ key: 'curl/$' + '{filename}', ...signed, success_action_status: '200' })
  const args = fields.flatMap(([name, value]) => ['--form-string', `${name}=${value}`])
  const posted = await curl(
    ...args,
    '--form',
    `file=@${join(folder, 'up')};type=image/png`,
    `${emulator.endpoint}/${bucket}`,
  )

  expect(posted).toBe('200 ')
  const { content, res } = await oss.get!('curl/up')
  expect([content.equals(bytes), res.headers['content-type']]).toEqual([true, 'image/png'])
})
