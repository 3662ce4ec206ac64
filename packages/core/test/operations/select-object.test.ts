import { expect, test } from 'vitest'
import { type Client, createClient } from '../../src/client/client.ts'
import { IntegrityError, RequestError, ServiceError, ValidationError } from '../../src/errors.ts'
import type { Progress } from '../../src/http/progress.ts'
import { createSelectObjectMeta, type SelectRequest, selectObject } from '../../src/operations/index.ts'
import {
  csvMeta,
  damaged,
  failedEnd,
  failedJsonMeta,
  firstData,
  joined,
  oneRow,
  recorded,
  recordedText,
} from '../select/frame-bytes.ts'
import { recordingClient } from '../wire/recording-client.ts'

const object = { bucket: 'examplebucket', key: 'sales.csv' }
const headers = {
  'x-oss-request-id': '534B371674E88A4D89060001',
  'x-oss-ec': '0016-00000801',
  date: 'Fri, 24 Feb 2017 03:15:40 GMT',
}

const answering = (body: Uint8Array | string, more: Record<string, string> = {}): Client =>
  recordingClient(() => ({ status: 206, headers: { ...headers, ...more }, body })).client

const select = (client: Client, selectRequest: SelectRequest = {}) =>
  selectObject(client, { ...object, process: 'csv/select', selectRequest })

const count = (client: Client) =>
  createSelectObjectMeta(client, { ...object, process: 'csv/meta', selectMetaRequest: {} })

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

test('rows come as they are sent, whatever the pieces', async () => {
  const client = createClient({
    region: 'cn-hangzhou',
    credentialsProvider: 'anonymous',
    transport: async () => ({
      status: 206,
      headers,
      body: new ReadableStream({
        start(controller) {
          for (const byte of recorded) controller.enqueue(Uint8Array.of(byte))
          controller.close()
        },
      }),
    }),
  })

  const { body } = await select(client, { outputSerialization: { enablePayloadCrc: true } })

  expect(await body.text()).toBe(recordedText)
})

test('an answer without frames is handed on as it is', async () => {
  const { body } = await select(answering('raw,行\n', { 'x-oss-select-output-raw': 'true' }))

  expect(await body.text()).toBe('raw,行\n')
})

test('a query that fails late is a ServiceError behind the rows that were found', async () => {
  const { body } = await select(answering(joined(oneRow, failedEnd)))
  const rows = body[Symbol.asyncIterator]()

  const first = await rows.next()
  const error = await failureOf(rows.next())

  expect(first).toEqual({ done: false, value: Uint8Array.of(0x61) })
  expect(error).toBeInstanceOf(ServiceError)
  expect(error).toMatchObject({
    message: 'SelectObject: 400 InvalidSql: no such column: x (request 534B371674E88A4D89060001)',
    operation: 'SelectObject',
    status: 400,
    code: 'InvalidSql',
    reason: 'no such column: x',
    requestId: '534B371674E88A4D89060001',
    ec: '0016-00000801',
    serverTime: new Date('2017-02-24T03:15:40Z'),
  })
})

test('data that changed on the way is an IntegrityError where enablePayloadCrc is on', async () => {
  const { body } = await select(answering(damaged(recorded, firstData)), {
    outputSerialization: { enablePayloadCrc: true },
  })

  expect(await failureOf(body.text())).toBeInstanceOf(IntegrityError)
})

test.each([{ enablePayloadCrc: false }, {}, undefined])('data is not compared with %o', async (outputSerialization) => {
  const { body } = await select(answering(damaged(recorded, firstData)), { outputSerialization })

  expect(await body.text()).toBe('oame,值\nx,"y <&>"\n')
})

test.each([
  ['nothing', new Uint8Array()],
  ['rows without an end', oneRow],
  ['half a frame', recorded.subarray(0, firstData + 2)],
])('an answer that was cut to %s is a RequestError', async (_what, bytes) => {
  const { body } = await select(answering(bytes))

  expect(await failureOf(body.text())).toBeInstanceOf(RequestError)
})

test('giving up the reading gives the connection back', async () => {
  const reasons: string[] = []
  const client = createClient({
    region: 'cn-hangzhou',
    credentialsProvider: 'anonymous',
    transport: async () => ({
      status: 206,
      headers,
      body: new ReadableStream({
        pull: (controller) => controller.enqueue(oneRow),
        cancel: () => void reasons.push('cancelled'),
      }),
    }),
  })

  for await (const row of (await select(client)).body) {
    expect(row).toEqual(Uint8Array.of(0x61))
    break
  }
  await (await select(client)).body.cancel()

  expect(reasons).toEqual(['cancelled', 'cancelled'])
})

test('progress counts the bytes of rows, not of frames', async () => {
  const progress: Progress[] = []
  const { body } = await selectObject(
    answering(recorded),
    { ...object, process: 'csv/select', selectRequest: {} },
    { onProgress: (step) => progress.push(step) },
  )

  await body.bytes()

  expect(progress).toEqual([
    { transferred: 9, total: undefined, increment: 9 },
    { transferred: 19, total: undefined, increment: 10 },
  ])
})

test('a query that is not ASCII travels as UTF-8 in base64', async () => {
  const { client, sent } = recordingClient(() => ({ status: 206, headers, body: recorded }))

  await select(client, { expression: "select * from ossobject where _1 = '值'" })

  expect(new TextDecoder().decode(sent[0]!.bytes)).toBe(
    '<SelectRequest><Expression>c2VsZWN0ICogZnJvbSBvc3NvYmplY3Qgd2hlcmUgXzEgPSAn5YC8Jw==</Expression></SelectRequest>',
  )
})

test('counting passes over heartbeats', async () => {
  expect(await count(answering(csvMeta))).toMatchObject({ rowsCount: 1001, splitsCount: 3, colsCount: 7 })
})

test('counting that fails is a ServiceError', async () => {
  const error = await failureOf(count(answering(failedJsonMeta)))

  expect(error).toBeInstanceOf(ServiceError)
  expect(error).toMatchObject({
    message: 'CreateSelectObjectMeta: 400 BadErrorResponse: InvalidJson (request 534B371674E88A4D89060001)',
  })
})

test('counting that was cut off is a RequestError', async () => {
  expect(await failureOf(count(answering(csvMeta.subarray(0, 24))))).toBeInstanceOf(RequestError)
})

test('counting that is answered without frames is a SerializationError that names the operation', async () => {
  const error = await failureOf(count(answering('<Error><Code>InternalError</Code></Error>')))

  expect(error).toMatchObject({
    name: 'SerializationError',
    message: expect.stringMatching(/^CreateSelectObjectMeta: expected frames, got /),
  })
})

test.each([
  [{ csv: { fileHeaderInfo: 'Use' } }, 'csv/select', 'csv/meta'],
  [{ json: { type: 'LINES' } }, 'json/select', 'json/meta'],
  [{ csv: {}, json: { type: 'DOCUMENT' } }, 'json/select', 'json/meta'],
] as const)('%o says what the object is', async (inputSerialization, selecting, counting) => {
  const { client, sent } = recordingClient()

  await selectObject(client, { ...object, selectRequest: { inputSerialization } }).catch(() => {})
  await createSelectObjectMeta(client, { ...object, selectMetaRequest: { inputSerialization } }).catch(() => {})

  const processes = sent.map(({ url }) => new URL(url).searchParams.get('x-oss-process'))
  const roots = sent.map(({ bytes }) => /^<(\w+)>/.exec(new TextDecoder().decode(bytes))?.[1])
  expect(processes).toEqual([selecting, counting])
  expect(roots).toEqual(['SelectRequest', counting === 'csv/meta' ? 'CsvMetaRequest' : 'JsonMetaRequest'])
})

test('what process says wins over what the description is of', async () => {
  const { client, sent } = recordingClient()

  await selectObject(client, {
    ...object,
    process: 'csv/select',
    selectRequest: { inputSerialization: { json: { type: 'LINES' } } },
  })

  expect(new URL(sent[0]!.url).searchParams.get('x-oss-process')).toBe('csv/select')
})

test.each([
  undefined,
  {},
  { csv: {} },
  { json: { type: undefined } },
  { csv: { range: 'line-range=0-1' }, json: { type: 'LINES' } },
] as const)('%o does not say what the object is: process has to', async (inputSerialization) => {
  const { client, sent } = recordingClient()

  const error = await failureOf(selectObject(client, { ...object, selectRequest: { inputSerialization } }))

  expect(error).toBeInstanceOf(ValidationError)
  expect((error as ValidationError).field).toBe('process')
  expect(sent).toEqual([])
})
