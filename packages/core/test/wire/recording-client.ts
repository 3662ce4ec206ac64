import { type CallOptions, type Client, createClient } from '../../src/client/client.ts'
import { createTablesClient } from '../../src/client/tables-client.ts'
import { createVectorsClient } from '../../src/client/vectors-client.ts'
import type { HttpRequest, HttpResponse, TransportBody } from '../../src/http/transport.ts'
import type { AnyOperation } from '../../src/operation.ts'
import { text } from '../../src/words.ts'
import type { ClientName, RecordedAnswer } from './corpus.ts'

export interface SentRequest extends HttpRequest {
  bytes: Uint8Array
}

export interface RecordingClient {
  client: Client
  sent: SentRequest[]
}

/** How each client is made. */
const makers = {
  main: createClient,
  vectors: createVectorsClient,
  tables: createTablesClient,
  dataprocess: createClient,
}

/** A client of the recorded configuration, whose transport keeps each request and answers as it is told. */
export function recordingClient(
  answer: (request: SentRequest) => RecordedAnswer = emptyAnswer,
  name: ClientName = 'main',
): RecordingClient {
  const sent: SentRequest[] = []
  const client = makers[name]({
    region: 'cn-hangzhou',
    credentialsProvider: { accessKeyId: 'LTAI-access-key-id', accessKeySecret: 'access-key-secret' },
    accountId: '1234567890123456',
    retryMaxAttempts: 1,
    async transport(request): Promise<HttpResponse> {
      const recorded = { ...request, bytes: await bytesOf(request.body) }
      sent.push(recorded)
      const { status, headers, body } = answer(recorded)
      return { status, headers, body: streamOf(typeof body === 'string' ? new TextEncoder().encode(body) : body) }
    },
  })
  return { client, sent }
}

const emptyAnswer = (): RecordedAnswer => ({ status: 200, headers: {}, body: '' })

async function bytesOf(body: TransportBody | undefined): Promise<Uint8Array> {
  if (body === undefined) return new Uint8Array()
  if (body instanceof Uint8Array) return body
  if (body instanceof Blob) return new Uint8Array(await body.arrayBuffer())
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return new Uint8Array(Buffer.concat(chunks))
}

const streamOf = (bytes: Uint8Array): ReadableStream<Uint8Array> | null =>
  bytes.byteLength === 0
    ? null
    : new ReadableStream({
        start(controller) {
          controller.enqueue(bytes)
          controller.close()
        },
      })

/**
 * Calls an operation with a recorded input. Its `headers` and `parameters` are call options here; its `payload` is the body, as
 * a field of the operation or of one that an application would define to send a body of its own.
 */
export function callRecorded(client: Client, call: AnyOperation, recorded: Record<string, unknown>): Promise<any> {
  const { headers, parameters, payload, ...input } = recorded
  const options = { headers, query: parameters } as CallOptions
  const { definition } = call
  if (payload === undefined) return client.send(definition, input, options)
  if (definition.input && 'body' in definition.input)
    return client.send(definition, { ...input, body: payload }, options)
  const withPayload = { ...definition, input: { payload: text() } }
  return client.send(withPayload, { ...input, payload }, options)
}
