/** Random outputs of every operation, written by a writer that shares nothing with the code, and read by the code. */
import { expect, test } from 'vitest'
import { ResponseBody } from '../../src/http/response-body.ts'
import { type InventoryField, type InventoryOperation, inventories, operationsOf } from '../wire/corpus.ts'
import { recordingClient } from '../wire/recording-client.ts'
import { seededRandom } from '../xml/random.ts'
import { everyOperation, type KnownOperation, seeds } from './all-operations.ts'
import { comparable } from './comparable.ts'
import { crc64Of } from './crc64-bit-by-bit.ts'
import { randomInput, randomOutput, type Values } from './random-values.ts'
import { writeAnswer } from './write-answer.ts'

test.for(everyOperation)('$client $name: what is answered comes out', async (operation) => {
  const { known, client } = operation

  for (const seed of seeds) {
    const random = seededRandom(seed)
    const input = randomInput(random, known, inventories[client])
    const output = consistent(randomOutput(random, known, inventories[client]), input, known)
    const answer = writeAnswer(output, input, known, { random, inventory: inventories[client] })

    const { client: recording } = recordingClient(() => answer, client)
    const read = await outputOf(operation, recording, input).catch((error: unknown) => {
      throw new Error(`seed ${seed}: ${error}, having read ${answer.body}`, { cause: error })
    })

    expect(told(read), `seed ${seed}: ${answer.body}`).toEqual(told(output))
    expect(missingLists(read, input, operation), `seed ${seed}: ${answer.body}`).toEqual([])
  }
})

async function outputOf(
  { client, name }: KnownOperation,
  { send }: ReturnType<typeof recordingClient>['client'],
  input: Values,
): Promise<Values> {
  const { response, ...output } = (await send(operationsOf(client)[name]!.definition, input)) as Values
  return output.body instanceof ResponseBody ? { ...output, body: await output.body.bytes() } : output
}

/** The paths of lists that an output does not have, not even as empty ones, though it has what they are in. */
function missingLists(output: Values, input: Values, { known, client }: KnownOperation): string[] {
  const { special = [], result, goOnlyResult = [] } = known
  if (special.includes('callback-result-body') && input.callback !== undefined) return []
  const { structures } = inventories[client]
  const missing = (values: Values, fields: readonly InventoryField[]): string[] =>
    fields.flatMap(({ name, type }) => {
      const value = values[name]
      if (type.endsWith('[]') && !Array.isArray(value)) return [name]
      const { fields: members = [], goOnlyFields = [] } = structures[type.replace('[]', '')] ?? {}
      return [value ?? []]
        .flat()
        .flatMap((each) => missing(each as Values, [...members, ...goOnlyFields]))
        .map((path) => `${name}.${path}`)
    })
  return missing(output, [...(result.fields ?? []), ...goOnlyResult])
}

/** An output that OSS could give to an input: sums are right, and a callback's answer takes the place of the document. */
function consistent(output: Values, input: Values, { result, special = [], crc64 }: InventoryOperation): Values {
  const { callbackResult, ...others } = output
  if (special.includes('callback-result-body')) {
    const inHeaders = (result.fields ?? []).filter(({ in: place }) => place === 'header').map(({ name }) => name)
    if (input.callback === undefined) return summed(others, input.body, crc64)
    const kept = Object.fromEntries(Object.entries(others).filter(([name]) => inHeaders.includes(name)))
    return { ...summed(kept, input.body, crc64), callbackResult }
  }
  if (special.includes('select-meta-frame-result')) {
    return String(input.process).startsWith('json') ? { ...output, colsCount: 0 } : output
  }
  if (result.body !== 'stream') return summed(output, input.body, crc64)
  const { byteLength } = output.body as Uint8Array
  return summed({ ...output, ...('contentLength' in output && { contentLength: byteLength }) }, output.body, 'upload')
}

const summed = (output: Values, bytes: unknown, crc64: 'upload' | undefined): Values =>
  'hashCrc64' in output && bytes instanceof Uint8Array && crc64 ? { ...output, hashCrc64: crc64Of(bytes) } : output

/** Empty text says as much as none, but for an item of a list. */
function told(value: unknown): unknown {
  return comparable(withoutEmptyText(value))
}

function withoutEmptyText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmptyText)
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== '')
      .map(([name, member]) => [name, withoutEmptyText(member)]),
  )
}
