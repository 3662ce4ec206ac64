import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type CorsRule, createClient, putBucket, putBucketCors } from '@oss-js/core'
import { type Emulator, startEmulator } from '@oss-js/emulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { assumeRole } from '../../examples/browser-upload/sts.mjs'
import { platformProgram } from '../../examples/edge-function/runtimes.mjs'
import { launchChromium } from '../../packages/browser/test/open-page.ts'
import { bundle } from './programs.ts'
import { startWorkerd } from './workerd.ts'

let folder: string
let emulator: Emulator
let tokens: Server
let program: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oss-js-runtimes-'))
  // Deno and Bun decide by the nearest package.json whether a file is a module.
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  program = await bundle('program', folder)
  emulator = await startEmulator()
  const { endpoint, region, accessKeyId, accessKeySecret } = emulator
  const client = createClient({ endpoint, region, credentialsProvider: { accessKeyId, accessKeySecret } })
  await putBucket(client, { bucket: 'runtimes' })
  await putBucketCors(client, { bucket: 'runtimes', corsConfiguration: { corsRules: [pageRule] } })
  tokens = createServer(answer).listen(0, '127.0.0.1')
  await once(tokens, 'listening')
})

afterAll(async () => {
  tokens?.close()
  await emulator?.close()
  await rm(folder, { recursive: true })
})

const pageRule: CorsRule = {
  allowedOrigins: ['*'],
  allowedMethods: ['PUT', 'POST', 'GET', 'HEAD', 'DELETE'],
  allowedHeaders: ['*'],
  exposeHeaders: [
    ...['ETag', 'Content-Range', 'x-oss-request-id', 'x-oss-hash-crc64ecma', 'x-oss-err', 'x-oss-meta-kind'],
    ...['key', 'start', 'cek-alg', 'wrap-alg'].map((name) => `x-oss-meta-client-side-encryption-${name}`),
  ],
}

const policy = {
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: ['oss:*'], Resource: ['acs:oss:*:*:runtimes', 'acs:oss:*:*:runtimes/*'] }],
}

/** A blank page, and beside it the token. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url !== '/page') return answerToken(request, response)
  response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><link rel="icon" href="data:,">')
}

/** What an application's server does: it has the long-lived key, and gives away a token for an hour. */
async function answerToken(_request: unknown, response: ServerResponse): Promise<void> {
  const session = { sessionName: 'smoke', durationSeconds: 3600, policy, now: new Date() }
  const { status, text } = await assumeRole(emulator, session)
  const { AccessKeyId, AccessKeySecret, SecurityToken, Expiration } = JSON.parse(text).Credentials
  response.writeHead(status, { 'content-type': 'application/json' }).end(
    JSON.stringify({
      accessKeyId: AccessKeyId,
      accessKeySecret: AccessKeySecret,
      securityToken: SecurityToken,
      expiration: Expiration,
    }),
  )
}

const target = (name: string, more: object = {}) =>
  JSON.stringify({
    ...more,
    endpoint: emulator.endpoint,
    region: emulator.region,
    bucket: 'runtimes',
    tokenUrl: `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/`,
    folder: name,
  })

/** What a server, or an edge function, takes a role with. */
const role = () => ({
  endpoint: emulator.stsEndpoint,
  credentialsProvider: { accessKeyId: emulator.accessKeyId, accessKeySecret: emulator.accessKeySecret },
  roleArn: emulator.roleArn,
  roleSessionName: 'smoke',
})

const expected = {
  tokens: 1,
  text: 'hello, 世界',
  kind: 'smoke',
  sameEtag: true,
  decrypted: Array(21).fill(7).join(),
  isHidden: true,
  streamCrc: '9452948510170534077',
  streamBack: 307_200,
  streamIntact: true,
  partsEtag: expect.stringMatching(/^"[0-9A-F]{32}-2"$/),
  partsBytes: 204_800,
  unfinished: 0,
  listed: ['encrypted', 'parts', 'stream', "text +%~'()*&=?# 杭州 🦊.txt"],
  isGone: true,
  missing: 'NoSuchKey',
}

test.each([
  ['Node.js', () => process.execPath, []],
  ['Deno', () => platformProgram('deno', 'deno'), ['run', '--quiet', '--allow-net=127.0.0.1', '--no-lock']],
  ['Bun', () => platformProgram('bun', 'bin/bun'), ['run']],
])('the built core does its work in %s, and the process ends by itself', async (name, executable, args) => {
  const environment = { ...process.env, DENO_DIR: join(folder, 'deno'), DENO_NO_UPDATE_CHECK: '1' }

  const { stdout } = await promisify(execFile)(executable(), [...args, program, target(name, { role: role() })], {
    env: environment,
    timeout: 50_000,
  })

  expect(JSON.parse(stdout)).toEqual({ ...expected, textByRole: 'hello, 世界' })
})

test('the built core does its work in workerd', async () => {
  await bundle('worker', folder)
  const workerd = await startWorkerd(folder)
  try {
    const response = await fetch(workerd.url, { method: 'POST', body: target('workerd', { role: role() }) })
    const report = await response.text()

    expect(response.status, report).toBe(200)
    expect(JSON.parse(report)).toEqual({ ...expected, textByRole: 'hello, 世界' })
  } finally {
    await workerd.close()
  }
})

test('the built core does its work in a page in Chromium', async () => {
  const script = await bundle('page', folder)
  const browser = await launchChromium()
  try {
    const page = await browser.newPage()
    await page.goto(`${JSON.parse(target('')).tokenUrl}page`)
    await page.addScriptTag({ path: script, type: 'module' })

    const report = await page.evaluate(
      (chromium) => (globalThis as unknown as { smokeInPage(target: unknown): Promise<unknown> }).smokeInPage(chromium),
      JSON.parse(target('chromium')),
    )

    expect(report).toEqual(expected)
  } finally {
    await browser.close()
  }
})
