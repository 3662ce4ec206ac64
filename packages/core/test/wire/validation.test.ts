import { expect, test } from 'vitest'
import { ValidationError } from '../../src/errors.ts'
import { runnable, type ValidationCase, validationCases } from './corpus.ts'
import { callRecorded, recordingClient } from './recording-client.ts'

const cases = ['main' as const, 'vectors' as const, 'tables' as const, 'dataprocess' as const].flatMap((client) =>
  runnable(
    client,
    validationCases.filter((recorded) => recorded.client === client),
  ),
)

const fieldOf = (error: ValidationCase['error']): string => {
  if (error.kind === 'missing-required') return error.field
  return error.kind === 'invalid-bucket-name' ? 'bucket' : 'key'
}

test.for(cases)('$id: $operation is refused before anything is sent', async ({ client, call, input, error }) => {
  const { client: recording, sent } = recordingClient(undefined, client)

  const thrown = await callRecorded(recording, call, input).catch((reason: unknown) => reason)

  expect(thrown).toBeInstanceOf(ValidationError)
  expect((thrown as ValidationError).field).toBe(fieldOf(error))
  expect(sent).toEqual([])
})
