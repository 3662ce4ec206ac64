import { describe, expect, test } from 'vitest'
import { ResponseBody } from '../../src/http/response-body.ts'
import { byId, groupsWith, type InventoryOperation, inventories, runnable } from './corpus.ts'
import { callRecorded, recordingClient } from './recording-client.ts'

describe.each(groupsWith(({ client, responses = [] }) => runnable(client, responses)))(
  'responses of $group',
  ({ client, cases }) => {
    test.for(byId(cases))('%s is read as it was recorded', async ([, recorded]) => {
      const { call, operation, input, http, output, common } = recorded
      const { client: recording } = recordingClient(() => http, client)

      const { response, ...read } = await callRecorded(recording, call, input)

      expect(told(await withBytes(read), inventories[client].operations[operation]!)).toEqual(
        told(output, inventories[client].operations[operation]!),
      )
      expect({ statusCode: response.status, requestId: response.requestId }).toEqual(common)
    })
  },
)

const withBytes = async (output: Record<string, unknown>): Promise<Record<string, unknown>> =>
  output.body instanceof ResponseBody ? { ...output, body: await output.body.bytes() } : output

/** An output without what counts as absent: empty text, lists without items, headers of a prefix of which there are none. */
function told(output: Record<string, unknown>, { result }: InventoryOperation): unknown {
  const maps = (result.fields ?? []).filter(({ in: place }) => place === 'headerMap').map(({ name }) => name)
  return comparable(
    Object.fromEntries(
      Object.entries(output).filter(([name, value]) => !maps.includes(name) || Object.keys(value as object).length > 0),
    ),
  )
}

function comparable(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('base64') }
  if (Array.isArray(value)) return value.map(comparable)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined && member !== '' && !(Array.isArray(member) && member.length === 0))
      .map(([name, member]) => [name, comparable(member)]),
  )
}
