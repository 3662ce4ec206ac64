import { expect, test } from 'vitest'
import { IntegrityError, type OSSError, SerializationError, ServiceError } from '../../src/errors.ts'
import type { AnyOperation } from '../../src/operation.ts'
import { type ErrorCase, errorCases, runnable } from './corpus.ts'
import { callRecorded, recordingClient } from './recording-client.ts'

const cases = ['main' as const, 'vectors' as const, 'tables' as const, 'dataprocess' as const].flatMap((client) =>
  runnable(
    client,
    errorCases.filter((recorded) => recorded.client === client),
  ),
)
const ofKind = <K extends ErrorCase['error']['kind']>(kind: K) =>
  cases.filter(({ error }) => error.kind === kind) as (ErrorCase & {
    call: AnyOperation
    error: Extract<ErrorCase['error'], { kind: K }>
  })[]

const failureOf = ({ client, call, input, http }: ErrorCase & { call: AnyOperation }): Promise<unknown> =>
  callRecorded(recordingClient(() => http, client).client, call, input).then(
    () => undefined,
    (error: unknown) => error,
  )

test.for(ofKind('service'))('$id: $operation refused with $error.code is a ServiceError', async (recorded) => {
  const { error } = recorded

  const thrown = await failureOf(recorded)

  expect(thrown).toBeInstanceOf(ServiceError)
  const { status, code, reason, requestId, ec, serverTime, hostId, fields } = thrown as ServiceError
  expect({ status, code, requestId, ec }).toEqual({
    status: error.statusCode,
    code: error.code,
    requestId: error.requestId,
    ec: error.ec,
  })
  if (error.message !== null) expect(reason).toBe(error.message)
  expect(serverTime).toEqual(error.timestamp)
  expect(hostId).toBe(error.hostId)
  if (error.fields) expect(fields).toEqual(error.fields)
})

test.for(ofKind('crc-mismatch'))('$id: $operation with another CRC-64 is an IntegrityError', async (recorded) => {
  const thrown = await failureOf(recorded)

  expect(thrown).toBeInstanceOf(IntegrityError)
  const { clientCrc, serverCrc } = thrown as IntegrityError
  expect({ clientCrc, serverCrc }).toEqual({
    clientCrc: recorded.error.clientCrc,
    serverCrc: recorded.error.serverCrc,
  })
})

test.for(ofKind('deserialization'))(
  '$id: an unreadable answer to $operation is a SerializationError',
  async (recorded) => {
    const thrown = await failureOf(recorded)

    expect(thrown).toBeInstanceOf(SerializationError)
    expect((thrown as OSSError).message).toMatch(/^[A-Z]\w+: /)
  },
)
