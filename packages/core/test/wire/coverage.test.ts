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

/** How many operations and cases there are. A case that stops to run is a case that nobody missed. */
const known: Record<ClientName, Record<'operations' | 'requests' | 'responses' | 'errors' | 'validations', number>> = {
  main: { operations: 154, requests: 428, responses: 338, errors: 24, validations: 218 },
  vectors: { operations: 19, requests: 49, responses: 37, errors: 2, validations: 19 },
  tables: { operations: 30, requests: 70, responses: 66, errors: 2, validations: 55 },
  dataprocess: { operations: 7, requests: 20, responses: 19, errors: 0, validations: 0 },
}

const clients: ClientName[] = ['main', 'vectors', 'tables', 'dataprocess']

const requestsOf = (client: ClientName) =>
  groupFiles.filter((file) => file.client === client).flatMap(({ requests = [] }) => requests)
const responsesOf = (client: ClientName) =>
  groupFiles.filter((file) => file.client === client).flatMap(({ responses = [] }) => responses)

test('210 operations are defined', () => {
  const names = clients.flatMap((client) => Object.keys(operationsOf(client)).map((name) => `${client} ${name}`))

  expect(names).toHaveLength(210)
})

describe.each(clients)('of the client %s', (client) => {
  const { operations } = inventories[client]
  const names = Object.keys(operations).sort()

  test('the operations are those of the inventory, no fewer and no more', () => {
    expect(Object.keys(operationsOf(client)).sort()).toEqual(names)
  })

  test('every case that is known is compared', () => {
    expect({
      operations: names.length,
      requests: runnable(client, requestsOf(client)).length,
      responses: runnable(client, responsesOf(client)).length,
      errors: runnable(
        client,
        errorCases.filter((recorded) => recorded.client === client),
      ).length,
      validations: runnable(
        client,
        validationCases.filter((recorded) => recorded.client === client),
      ).length,
    }).toEqual(known[client])
  })

  test('every operation has requests and responses to compare, and no case is about another', () => {
    const asked = new Set(requestsOf(client).map(({ operation }) => operation))
    const answered = new Set(responsesOf(client).map(({ operation }) => operation))

    expect([...asked].sort()).toEqual(names)
    expect([...answered].sort()).toEqual(names)
  })
})
