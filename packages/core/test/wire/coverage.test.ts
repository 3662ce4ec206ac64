import { describe, expect, test } from 'vitest'
import {
  type ClientName,
  errorCases,
  groupFiles,
  inventories,
  operationsOf,
  runnable,
  validationCases,
} from './corpus.ts'

/** How many cases ran when this was last looked at. A case that stops to run is a case that nobody missed. */
const atLeast: Record<ClientName, Record<'requests' | 'responses' | 'errors' | 'validations', number>> = {
  main: { requests: 428, responses: 338, errors: 24, validations: 218 },
  vectors: { requests: 49, responses: 37, errors: 2, validations: 19 },
  tables: { requests: 70, responses: 66, errors: 2, validations: 55 },
  dataprocess: { requests: 20, responses: 19, errors: 0, validations: 0 },
}

const clients: ClientName[] = ['main', 'vectors', 'tables', 'dataprocess']

describe.each(clients)('of the client %s', (client) => {
  const { operations } = inventories[client]
  const defined = operationsOf(client)
  const missing = Object.keys(operations).filter((name) => !(name in defined))
  const files = groupFiles.filter((file) => file.client === client)
  const ran = {
    requests: runnable(
      client,
      files.flatMap(({ requests = [] }) => requests),
    ).length,
    responses: runnable(
      client,
      files.flatMap(({ responses = [] }) => responses),
    ).length,
    errors: runnable(
      client,
      errorCases.filter((recorded) => recorded.client === client),
    ).length,
    validations: runnable(
      client,
      validationCases.filter((recorded) => recorded.client === client),
    ).length,
  }
  const left = [...new Set(missing.map((name) => operations[name]!.group))]

  test(`${ran.requests} requests, ${ran.responses} responses, ${ran.errors} errors, ${ran.validations} validations are compared; not defined: ${left.join(', ') || 'none'}`, () => {
    expect(Object.entries(ran).filter(([kind, count]) => count < atLeast[client][kind as keyof typeof ran])).toEqual([])
  })

  test('every case is about an operation of the inventory', () => {
    const cases = files.flatMap(({ requests = [], responses = [] }) => [...requests, ...responses])

    expect(cases.filter(({ operation }) => !(operation in operations))).toEqual([])
  })

  test('a group is defined as a whole or not at all', () => {
    const begun = left.filter((group) => Object.keys(defined).some((name) => operations[name]?.group === group))

    expect(begun).toEqual([])
  })

  test('no operation is defined that the inventory does not know', () => {
    expect(Object.keys(defined).filter((name) => !(name in operations))).toEqual([])
  })
})

test.for(['service', 'region', 'bucket-basic', 'bucket-cors', 'object-basic'])('the group %s is defined', (group) => {
  const names = Object.entries(inventories.main.operations)
    .filter(([, operation]) => operation.group === group)
    .map(([name]) => name)

  expect(names.length).toBeGreaterThan(0)
  expect(names.filter((name) => !(name in operationsOf('main')))).toEqual([])
})
