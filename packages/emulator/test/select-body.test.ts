import { expect, test } from 'vitest'
import { ServiceFault } from '../src/errors.ts'
import type { Selected } from '../src/select/run-query.ts'
import { begin, framedBody, rawBody } from '../src/select/select-body.ts'

/** A stopwatch on which so much time passes between two looks. */
function stopwatch(step: number): () => number {
  let time = 0
  return () => {
    time += step
    return time
  }
}

const silence = (offset: number): Selected => ({ text: '', offset })
const typesOf = async (body: AsyncIterable<Uint8Array>) => {
  const types: string[] = []
  for await (const chunk of body) types.push(Buffer.from(chunk.subarray(0, 4)).toString('hex'))
  return types
}

test('an answer that has nothing to say for five seconds is kept open by frames without data', async () => {
  const selection = await begin([silence(1), silence(2), { text: 'a', offset: 3 }], stopwatch(5000))
  expect(selection.first.value).toEqual(silence(1))
  expect(await typesOf(framedBody(selection, 3, false, stopwatch(5000)))).toEqual([
    '01800004',
    '01800004',
    '01800001',
    '01800005',
  ])
})

test('a quick query has no frames without data', async () => {
  const selection = await begin([silence(1), { text: 'a', offset: 2 }, silence(3), { text: 'b', offset: 4 }])
  expect(await typesOf(framedBody(selection, 4, false))).toEqual(['01800001', '01800001', '01800005'])
})

test('raw output holds what is selected alone', async () => {
  const chunks: Uint8Array[] = []
  const selection = await begin([silence(1), { text: 'a', offset: 2 }, silence(3), { text: 'b', offset: 4 }])
  for await (const chunk of rawBody(selection)) chunks.push(chunk)
  expect(Buffer.concat(chunks).toString()).toBe('ab')
})

test('what goes wrong before anything is selected is thrown, and later it is in the last frame', async () => {
  const fault = new ServiceFault(400, 'InvalidCsvLine', 'wrong')
  function* failing(...before: Selected[]): Iterable<Selected> {
    yield* before
    throw fault
  }
  await expect(begin(failing(silence(1)))).rejects.toBe(fault)
  const chunks: Uint8Array[] = []
  for await (const chunk of framedBody(await begin(failing({ text: 'a', offset: 1 })), 1, false)) chunks.push(chunk)
  expect(Buffer.from(chunks.at(-1) ?? []).toString('latin1')).toContain('InvalidCsvLine.wrong')
})
