import { expect, test } from 'vitest'
import type { ClientConfig } from '../src/client/config.ts'
import { ServiceError } from '../src/errors.ts'
import { fetchTransport } from '../src/http/fetch-transport.ts'
import type { Transport } from '../src/http/transport.ts'
import { getObjectMeta, headObject, putObject } from '../src/operations/object-basic.ts'
import { bucket, clientOf, start } from './timed-emulator.ts'

/** A client that sees no header of an answer, as a page whose bucket exposes none, and the methods that it sent. */
function pageClient(config: Partial<ClientConfig> = {}) {
  const methods: string[] = []
  const send = fetchTransport()
  const transport: Transport = async (request) => {
    methods.push(request.method)
    const { headers, ...answer } = await send(request)
    const { 'content-length': size = '', 'content-type': type = '' } = headers
    return { ...answer, headers: { 'content-length': size, 'content-type': type } }
  }
  return { client: clientOf({ transport, retryMaxAttempts: 3, ...config }), methods }
}

const object = { bucket, key: 'a.txt' }

test('a HEAD whose refusal is hidden is refused for the reason that GET tells, under its own name', async () => {
  const { client, methods } = pageClient()

  const refusal = await headObject(client, object).catch((error: unknown) => error)

  expect(refusal).toBeInstanceOf(ServiceError)
  expect(refusal).toMatchObject({ operation: 'HeadObject', status: 404, code: 'NoSuchKey' })
  expect(methods).toEqual(['HEAD', 'GET'])
})

test.each([
  ['headObject', headObject],
  ['getObjectMeta', getObjectMeta],
])('%s of a page whose clock is an hour off succeeds once GET has told the time', async (_, operation) => {
  await putObject(clientOf(), { ...object, body: 'text' })
  const { client, methods } = pageClient({ now: () => start + 3_600_000 })

  const { contentLength } = await operation(client, object)

  expect(contentLength).toBe(4)
  expect(methods).toEqual(['HEAD', 'GET', 'GET', 'HEAD'])
})

test('a precondition that fails is no riddle', async () => {
  await putObject(clientOf(), { ...object, body: 'text' })
  const { client, methods } = pageClient()

  await expect(headObject(client, { ...object, ifMatch: '"other"' })).rejects.toMatchObject({ status: 412 })
  expect(methods).toEqual(['HEAD'])
})

test('where OSS says why, nothing is asked again', async () => {
  const methods: string[] = []
  const send = fetchTransport()
  const transport: Transport = (request) => {
    methods.push(request.method)
    return send(request)
  }
  const client = clientOf({ transport })

  await expect(headObject(client, object)).rejects.toMatchObject({ code: 'NoSuchKey' })
  expect(methods).toEqual(['HEAD'])
})
