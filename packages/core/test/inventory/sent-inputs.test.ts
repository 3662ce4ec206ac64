/** Random inputs of every operation, written by the code and read again by a reader that shares nothing with it. */
import { expect, test } from 'vitest'
import { type InventoryField, type InventoryOperation, inventories, operationsOf } from '../wire/corpus.ts'
import { recordingClient, type SentRequest } from '../wire/recording-client.ts'
import { seededRandom } from '../xml/random.ts'
import { everyOperation, type KnownOperation, seeds } from './all-operations.ts'
import { comparable } from './comparable.ts'
import { randomBody } from './random-body.ts'
import { randomInput, type Values } from './random-values.ts'
import { readRequest } from './read-request.ts'

test.for(everyOperation)('$client $name: what goes in can be read from the request', async (operation) => {
  const { known, client } = operation

  for (const seed of seeds) {
    const input = randomInput(seededRandom(seed), known, inventories[client])

    const request = await sentFor(operation, input, seed)

    const read = readRequest(request, known, inventories[client])
    expect(comparable(tellable(read, input, known)), `seed ${seed}`).toEqual(
      comparable(tellable(asRead(input, known), input, known)),
    )
  }
})

async function sentFor({ client, name }: KnownOperation, input: Values, seed: number): Promise<SentRequest> {
  const { client: recording, sent } = recordingClient(undefined, client)
  const { definition } = operationsOf(client)[name]!
  const bytes = input.body as Uint8Array | undefined
  const body = bytes && { body: randomBody(seededRandom(seed), bytes) }
  await recording.send(definition, { ...input, ...body }).catch((error: unknown) => {
    if (sent.length === 0) throw new Error(`seed ${seed}: ${error} for ${JSON.stringify(input)}`, { cause: error })
  })
  return sent[0]!
}

const fieldsOf = ({ request = [], goOnlyRequest = [] }: InventoryOperation): InventoryField[] => [
  ...request,
  ...goOnlyRequest,
]

/** An input as a server meets it: with what the operation sends by itself, one name for what has two, without what is not sent. */
function asRead(input: Values, operation: InventoryOperation): Values {
  const fixed = { ...operation.query, ...operation.headers }
  const fields = fieldsOf(operation)
  const { delete: both, ...others } = input
  return {
    ...Object.fromEntries(
      fields
        .filter(({ in: place, wireName = '' }) => (place === 'query' || place === 'header') && wireName in fixed)
        .map(({ name, wireName = '' }) => [name, fixed[wireName]]),
    ),
    ...(fields.some(({ in: place }) => place === 'copySource') && { sourceBucket: input.bucket }),
    ...(both as Values | undefined),
    ...Object.fromEntries(
      Object.entries(others).filter(([name]) => fields.find((field) => field.name === name)?.in !== 'option'),
    ),
  }
}

/** Where a text may stand for a value, the text; without a Content-Type that was guessed. */
function tellable(values: Values, input: Values, operation: InventoryOperation): Values {
  const isGuessed = operation.special?.includes('content-type-from-key') && input.contentType === undefined
  const mixed = fieldsOf(operation).filter(({ type }) => type === 'bool|string' || type === 'int|string')
  const texts = mixed.filter(({ name }) => name in values).map(({ name }) => [name, String(values[name])])
  return { ...values, ...Object.fromEntries(texts), ...(isGuessed && { contentType: undefined }) }
}
