/**
 * How fast the built emulator starts and answers, as a table for the README: `pnpm --filter @oss-js/emulator bench`.
 *
 * The emulator is a process of its own; requests are signed with V4 beforehand by ali-oss, so that what is measured is the
 * emulator and a bare client of node:http. Of three rounds the best counts, since other work of the machine only takes away.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import OSS from 'ali-oss'

/** @typedef {{ port: number, startMs: number, stop(): Promise<void> }} Running */
/** @typedef {(index: number) => Promise<void>} Exchange */

const cli = new URL('../dist/cli.js', import.meta.url).pathname
const account = { accessKeyId: 'LTAIEmulatorFakeKeyId', accessKeySecret: 'EmulatorFakeKeySecretNotForProduction' }
const bucket = 'throughput'
const secondsEach = 3
const keyCount = 256
const small = Buffer.alloc(1024, 'x')
const large = Buffer.alloc(64 * 1024 * 1024, 'x')

/** Starts the emulator, and waits until it answers. @param {string[]} args @returns {Promise<Running>} */
async function start(args) {
  const begun = performance.now()
  const child = spawn(process.execPath, [cli, '--port', '0', ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: child.stdout })) {
    const port = Number(/endpoint +http:\/\/127\.0\.0\.1:(\d+)$/.exec(line)?.[1])
    if (!port) continue
    await fetch(`http://127.0.0.1:${port}/`).then((answer) => answer.text())
    const startMs = performance.now() - begun
    child.stdout.resume()
    const stop = async () => {
      child.kill()
      await once(child, 'exit')
    }
    return { port, startMs, stop }
  }
  throw new Error('the emulator did not start')
}

/** How long Node itself takes to start and end. */
async function nodeMs() {
  const begun = performance.now()
  await once(spawn(process.execPath, ['--eval', '0']), 'exit')
  return performance.now() - begun
}

/**
 * @param {number} port
 * @param {Agent} agent
 * @param {string} method
 * @param {string} url
 * @param {Buffer} [body]
 * @returns {Promise<void>}
 */
function exchange(port, agent, method, url, body) {
  const path = url.slice(url.indexOf('/', 8))
  const headers = { host: 'localhost', ...(body && { 'content-length': body.length }) }
  return new Promise((resolve, reject) => {
    const outgoing = request({ port, host: '127.0.0.1', agent, method, path, headers }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${method}: ${answer.statusCode}`))
      answer.on('data', () => {})
      answer.on('end', resolve)
      answer.on('error', reject)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** Exchanges a second. @param {number} concurrency @param {Exchange} one */
async function rate(concurrency, one) {
  const begun = performance.now()
  const until = begun + secondsEach * 1000
  let done = 0
  const work = async () => {
    while (performance.now() < until) await one(done++)
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  return (done * 1000) / (performance.now() - begun)
}

/** MB a second. @param {() => Promise<void>} one */
async function speed(one) {
  const begun = performance.now()
  await one()
  return large.length / 1000 / (performance.now() - begun)
}

/** @param {string[]} args @returns {Promise<Record<string, number>>} */
async function round(args) {
  const { port, startMs, stop } = await start(args)
  const agent = new Agent({ keepAlive: true })
  const endpoint = `http://localhost:${port}`
  const client = new OSS({
    ...account,
    region: 'oss-cn-hangzhou',
    endpoint,
    bucket,
    sldEnable: true,
    authorizationV4: true,
  })
  await client.putBucket(bucket)
  const sign = (/** @type {string} */ method, /** @type {string} */ key) => client.signatureUrlV4(method, 3600, {}, key)
  const keys = Array.from({ length: keyCount }, (_, index) => `key-${index}`)
  const puts = await Promise.all(keys.map((key) => sign('PUT', key)))
  const gets = await Promise.all(keys.map((key) => sign('GET', key)))
  const [putLarge, getLarge] = await Promise.all([sign('PUT', 'large'), sign('GET', 'large')])
  const put = (/** @type {number} */ index) => exchange(port, agent, 'PUT', puts[index % keyCount], small)
  const get = (/** @type {number} */ index) => exchange(port, agent, 'GET', gets[index % keyCount])

  for (const index of keys.keys()) await put(index)
  /** @type {Record<string, number>} */
  const found = { 'start to first answer, ms': startMs, 'start of Node alone, ms': await nodeMs() }
  for (const concurrency of [1, 16, 64]) {
    found[`PUT 1 KiB, ${concurrency} at once, /s`] = await rate(concurrency, put)
    found[`GET 1 KiB, ${concurrency} at once, /s`] = await rate(concurrency, get)
  }
  await exchange(port, agent, 'PUT', putLarge, large)
  found['PUT 64 MiB, MB/s'] = await speed(() => exchange(port, agent, 'PUT', putLarge, large))
  found['GET 64 MiB, MB/s'] = await speed(() => exchange(port, agent, 'GET', getLarge))
  agent.destroy()
  await stop()
  return found
}

/** The least time and the greatest rate of three rounds. @param {() => string[]} args */
async function measure(args) {
  const rounds = [await round(args()), await round(args()), await round(args())]
  const best = (/** @type {string} */ name) =>
    (name.endsWith('ms') ? Math.min : Math.max)(...rounds.map((one) => one[name] ?? 0))
  return Object.fromEntries(Object.keys(rounds[0] ?? {}).map((name) => [name, best(name)]))
}

const folders = /** @type {string[]} */ ([])
function onDisk() {
  const folder = mkdtempSync(join(tmpdir(), 'oss-throughput-'))
  folders.push(folder)
  return ['--data', folder]
}

const memory = await measure(() => ['--memory'])
const disk = await measure(onDisk)
for (const folder of folders) rmSync(folder, { recursive: true })

const [{ model = 'unknown' } = {}] = cpus()
console.log(`Node ${process.versions.node}, ${cpus().length} cores of ${model}\n`)
console.log('| | in memory | on disk |\n| --- | ---: | ---: |')
for (const [name, value] of Object.entries(memory)) {
  console.log(`| ${name} | ${Math.round(value)} | ${Math.round(disk[name] ?? 0)} |`)
}
