import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { bucketKey } from '../src/storage/keys.ts'
import { bucketRecord, seededService } from './seeded-service.ts'
import { element, type TestAnswer } from './signed-client.ts'
import { foreignCases, preconditionsOf, sendWireCase, type WireCase, wireCases } from './wire-corpus.ts'
import { notImplemented, refused, storedOnly } from './wire-expectations.ts'

const now = new Date('2026-03-04T05:06:07Z')
const readme = new URL('../README.md', import.meta.url)
const cases = wireCases()
const refusedIds = new Map(Object.entries(refused).flatMap(([code, ids]) => ids.map((id) => [id, code] as const)))

/** The code of an error; of HEAD requests it is in a header. */
function codeOf({ headers, text }: TestAnswer): string | undefined {
  const encoded = headers['x-oss-err']
  return element(typeof encoded === 'string' ? Buffer.from(encoded, 'base64').toString() : text, 'Code')
}

async function outcomeOf(wireCase: WireCase): Promise<string> {
  const service = await seededService({ clock: () => now, sealing: true }, preconditionsOf(wireCase))
  const answer = await sendWireCase(service, wireCase, now)
  return answer.status < 300 ? 'accepted' : `${codeOf(answer)}`
}

async function outcomes(): Promise<Map<WireCase, string>> {
  const found = new Map<WireCase, string>()
  for (const wireCase of cases) found.set(wireCase, await outcomeOf(wireCase))
  return found
}

const expectedOf = ({ id, operation }: WireCase): string =>
  notImplemented.includes(operation) ? 'NotImplemented' : (refusedIds.get(id) ?? 'accepted')

/** The rows of the support table: the operations of each group by what became of their requests. */
function supportTable(found: ReadonlyMap<WireCase, string>): string {
  const isDone = (name: string): boolean =>
    [...found].some(([{ operation }, outcome]) => operation === name && outcome !== 'NotImplemented')
  const cell = (names: readonly string[]): string => names.join(', ') || ' '
  const rows = [...new Set(cases.map(({ group }) => group))].map((group) => {
    const names = [...new Set(cases.filter((wireCase) => wireCase.group === group).map(({ operation }) => operation))]
    const done = names.filter(isDone)
    const stored = done.filter((name) => storedOnly.includes(name))
    const effective = done.filter((name) => !stored.includes(name))
    return `| ${group} | ${cell(effective)} | ${cell(stored)} | ${cell(names.filter((name) => !done.includes(name)))} |`
  })
  return ['| group | implemented | stored only | answered 501 |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

const marks = /(?<=<!-- support -->\n)[\s\S]*?(?=\n<!-- \/support -->)/

test('every recorded request is accepted, or refused as it deserves, and the support table says so', async () => {
  const found = await outcomes()
  expect(found.size).toBe(428)
  const table = supportTable(found)
  if (process.env.WRITE_SUPPORT)
    writeFileSync(
      readme,
      readFileSync(readme, 'utf8').replace(marks, () => table),
    )

  expect(Object.fromEntries([...found].map(([{ id }, outcome]) => [id, outcome]))).toEqual(
    Object.fromEntries(cases.map((wireCase) => [wireCase.id, expectedOf(wireCase)])),
  )
  expect(marks.exec(readFileSync(readme, 'utf8'))?.[0]).toBe(table)
})

test('requests of other services are answered 501', async () => {
  const foreign = foreignCases()
  const buckets = ['examplebucket', 'another-bucket-01']
  const service = await seededService({ clock: () => now }, (transaction) => {
    for (const bucket of buckets) transaction.put(bucketKey(bucket), bucketRecord(bucket))
  })
  const answers = await Promise.all(foreign.map((wireCase) => sendWireCase(service, wireCase, now)))
  expect(foreign.length).toBe(139)
  expect(new Set(answers.map((answer) => `${answer.status} ${codeOf(answer)}`))).toEqual(
    new Set(['501 NotImplemented']),
  )
})
