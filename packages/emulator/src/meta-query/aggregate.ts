import { invalidArgument } from '../errors.ts'
import type { ObjectRecord } from '../storage/records.ts'
import { branch, leaf, textOf, type XmlElement } from '../xml.ts'
import { compareValues, fieldOf } from './condition.ts'

type FieldValue = string | number

const sum = (values: readonly FieldValue[]): number => values.reduce<number>((total, value) => total + Number(value), 0)

const sorted = (values: readonly FieldValue[]): FieldValue[] => [...values].sort(compareValues)

const calculations: Readonly<Record<string, (values: readonly FieldValue[]) => FieldValue>> = {
  min: (values) => sorted(values)[0] ?? 0,
  max: (values) => sorted(values).at(-1) ?? 0,
  average: (values) => (values.length === 0 ? 0 : sum(values) / values.length),
  sum,
  count: (values) => values.length,
  distinct: (values) => new Set(values).size,
}

function groups(values: readonly FieldValue[]): string {
  const counts = new Map<FieldValue, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  const elements = [...counts].map(([value, count]) => branch('Group', leaf('Value', value), leaf('Count', count)))
  return branch('Groups', ...elements)
}

/** Computes what an aggregation asks for over the objects that were found. */
export function aggregated(aggregation: XmlElement, objects: readonly ObjectRecord[]): string {
  const [field, operation] = ['Field', 'Operation'].map((name) => textOf(aggregation, name)?.trim() ?? '') as [
    string,
    string,
  ]
  const calculate = Object.hasOwn(calculations, operation) ? calculations[operation] : undefined
  if (calculate === undefined && operation !== 'group') {
    throw invalidArgument('Operation', operation, 'The operation of the aggregation is invalid.')
  }
  const values = objects.flatMap((object) => fieldOf(object, field) ?? [])
  const result = calculate === undefined ? groups(values) : leaf('Value', calculate(values))
  return branch('Aggregation', leaf('Field', field), leaf('Operation', operation), result)
}
