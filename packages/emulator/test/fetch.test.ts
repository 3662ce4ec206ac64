import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { encodeQuery, signV4 } from './sign-v4.ts'

let emulator: Emulator

beforeAll(async () => {
  emulator = await startEmulator()
})
beforeEach(async () => {
  await emulator.reset()
  await send('PUT', null)
})
afterAll(() => emulator.close())

/** Sends a signed request to a bucket addressed by its host name. */
function send(method: string, key: string | null, init: RequestInit & { duplex?: 'half' } = {}, query = {}) {
  const host = 'demo-bucket.localhost'
  const headers = signV4({
    method,
    bucket: 'demo-bucket',
    key,
    query,
    headers: {},
    credentials: emulator,
    region: emulator.region,
    signedAt: new Date(),
  })
  const url = `http://${host}/${key ?? ''}?${encodeQuery(query)}`
  return emulator.fetch(new Request(url, { method, headers, ...init }))
}

/** Chunks of which the next is made when it is asked for. */
const lazy = (chunks: number, made: number[]) =>
  new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (made.length === chunks) return controller.close()
        made.push(made.length)
        controller.enqueue(new Uint8Array(1000).fill(made.length))
      },
    },
    { highWaterMark: 0 },
  )

test('a bucket is addressed by the host of the URL, and bodies stream in and out', async () => {
  const put = await send('PUT', 'streamed', { body: lazy(50, []), duplex: 'half' })
  expect(put.status).toBe(200)
  const get = await send('GET', 'streamed')
  expect([get.status, get.statusText, get.headers.get('content-length')]).toEqual([200, 'OK', '50000'])
  const reader = get.body!.getReader()
  expect((await reader.read()).value?.[0]).toBe(1)
  await reader.cancel()
})

test('a body that fails leaves nothing behind', async () => {
  const body = new ReadableStream({
    pull(controller) {
      controller.error(new Error('gone'))
    },
  })
  const answer = await send('PUT', 'broken', { body, duplex: 'half' })
  expect(answer.status).toBe(400)
  expect((await send('HEAD', 'broken')).status).toBe(404)
})

test('a request whose body is not wanted does not read it', async () => {
  const made: number[] = []
  const request = new Request('http://demo-bucket.localhost/x', {
    method: 'PUT',
    body: lazy(50, made),
    duplex: 'half',
  } as RequestInit)
  expect((await emulator.fetch(request)).status).toBe(403)
  expect(made).toEqual([])
})

test('where a connection would be cut, it rejects', async () => {
  emulator.faults.add({ match: ({ operation }) => operation === 'PutObject', dropAnswer: true })
  await expect(send('PUT', 'cut', { body: Buffer.from('a') })).rejects.toThrow('fetch failed')
  expect((await send('GET', 'cut')).status).toBe(200)
  emulator.faults.add({ match: ({ operation }) => operation === 'GetObject', dropAfterBytes: 0 })
  await expect((await send('GET', 'cut')).text()).rejects.toThrow('terminated')
})

test('an aborted request is not sent', async () => {
  const request = new Request(emulator.endpoint, { signal: AbortSignal.abort(new Error('no longer wanted')) })
  await expect(emulator.fetch(request)).rejects.toThrow('no longer wanted')
})

test('a form is taken as from a page', async () => {
  const policy = Buffer.from('{"expiration":"2099-01-01T00:00:00Z","conditions":[]}').toString('base64')
  const form = new FormData()
  form.set('key', 'from-a-form')
  form.set('OSSAccessKeyId', emulator.accessKeyId)
  form.set('policy', policy)
  form.set('Signature', createHmac('sha1', emulator.accessKeySecret).update(policy).digest('base64'))
  form.set('file', new Blob(['bytes']), 'name')
  const answer = await emulator.fetch(new Request('http://demo-bucket.localhost/', { method: 'POST', body: form }))
  expect(answer.status).toBe(204)
  expect(await (await send('GET', 'from-a-form')).text()).toBe('bytes')
})

test('an aborted request is given up at once, whatever holds it up', async () => {
  emulator.faults.add({ delayMs: 60_000 })
  const aborting = new AbortController()
  const answer = send('GET', 'key', { signal: aborting.signal })
  aborting.abort(new Error('no longer wanted'))
  await expect(answer).rejects.toThrow('no longer wanted')
})

test('what is uploaded when its request is aborted is not stored', async () => {
  const aborting = new AbortController()
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new Uint8Array(10)),
    pull: () => aborting.abort(new Error('no longer wanted')),
  })
  const answer = send('PUT', 'half', { body, duplex: 'half', signal: aborting.signal })
  await expect(answer).rejects.toThrow('no longer wanted')
  await emulator.journal.waitFor({ operation: 'PutObject', code: 'IncompleteBody' })
  expect((await send('HEAD', 'half')).status).toBe(404)
})

test('a body is not read on once its request is aborted', async () => {
  await send('PUT', 'streamed', { body: lazy(50, []), duplex: 'half' })
  emulator.faults.add({ bytesPerSecond: 1 })
  const aborting = new AbortController()
  const get = await send('GET', 'streamed', { signal: aborting.signal })
  const text = get.text()
  aborting.abort(new Error('no longer wanted'))
  await expect(text).rejects.toThrow('no longer wanted')
})
