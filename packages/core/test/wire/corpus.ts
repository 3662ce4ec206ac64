/** Reads the recorded facts about the service: the inventory of operations and the cases of each resource group. */
import { readdirSync, readFileSync } from 'node:fs'
import type { AnyOperation } from '../../src/operation.ts'
import * as dataprocess from '../../src/operations/dataprocess/index.ts'
import * as main from '../../src/operations/index.ts'
import * as tables from '../../src/operations/tables/index.ts'
import * as vectors from '../../src/operations/vectors/index.ts'

export type ClientName = 'main' | 'vectors' | 'tables' | 'dataprocess'

export interface InventoryField {
  name: string
  in: string
  wireName?: string
  type: string
  required?: true | 'go'
  as?: 'xml' | 'json' | 'binary'
  /** The words it may be, or the name of the enum that lists them. */
  enum?: string | string[]
  /** What is not in the other members, in words. */
  note?: string
}

export interface InventoryOperation {
  operationName: string
  group: string
  method: string
  target: 'service' | 'bucket' | 'object'
  /** Of tables, whose routes go further than bucket and key. */
  path?: string
  query?: Record<string, string>
  headers?: Record<string, string>
  contentMd5?: 'auto'
  crc64?: 'upload'
  urlDecoded?: string[]
  headerAlternatives?: Record<string, string[]>
  special?: string[]
  request?: InventoryField[]
  goOnlyRequest?: InventoryField[]
  goOnlyResult?: InventoryField[]
  result: { body: string; root?: string; fields?: InventoryField[] }
}

export interface InventoryStructure {
  fields: InventoryField[]
  goOnlyFields?: InventoryField[]
}

export interface Inventory {
  operations: Record<string, InventoryOperation>
  structures: Record<string, InventoryStructure>
  enums: Record<string, string[]>
  paginators: Record<string, Paginator>
}

/** Fields of the input, and of the output by their paths. */
export interface Paginator {
  limit?: string
  next: Record<string, string>
  more: string
}

interface Case {
  id: string
  operation: string
  input: Record<string, unknown>
}

export interface RequestCase extends Case {
  http: {
    method: string
    host: string
    path: string
    query: [string, string | null][]
    headers: Record<string, string>
    bodyType: 'none' | 'xml' | 'json' | 'text' | 'bytes'
    body?: unknown
    contentMd5?: 'auto'
  }
}

export interface RecordedAnswer {
  status: number
  headers: Record<string, string>
  body: string | Uint8Array
}

export interface ResponseCase extends Case {
  http: RecordedAnswer
  output: Record<string, unknown>
  common: { statusCode: number; requestId: string }
}

export interface ErrorCase extends Case {
  client: ClientName
  http: RecordedAnswer
  error:
    | {
        kind: 'service'
        statusCode: number
        code: string
        message: string | null
        requestId: string
        ec: string
        timestamp?: Date
        hostId?: string
        fields?: Record<string, string>
      }
    | { kind: 'crc-mismatch'; clientCrc: string; serverCrc: string }
    | { kind: 'deserialization' }
}

export interface ValidationCase extends Case {
  client: ClientName
  error: { kind: 'missing-required'; field: string } | { kind: 'invalid-bucket-name' } | { kind: 'invalid-object-name' }
}

export interface WireFile {
  group: string
  client: ClientName
  requests?: RequestCase[]
  responses?: ResponseCase[]
  errors?: ErrorCase[]
  validation?: ValidationCase[]
}

const folder = new URL('../conformance/', import.meta.url)

/** `{"$date": …}` and `{"$bytes": …}` become what they stand for. */
function revive(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if ('$date' in value) return new Date(String(value.$date))
  if ('$bytes' in value) return new Uint8Array(Buffer.from(String(value.$bytes), 'base64'))
  return value
}

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, folder), 'utf8'), revive)

export const inventories = (read('operations.json') as { clients: Record<ClientName, Inventory> }).clients

const files = readdirSync(new URL('wire/', folder)).map((name) => read(`wire/${name}`) as WireFile)

export const groupFiles = files.filter(({ requests }) => requests !== undefined)
export const errorCases = files.flatMap(({ errors = [] }) => errors)
export const validationCases = files.flatMap(({ validation = [] }) => validation)

/** The operations that exist, by the client they belong to. */
const modules: Record<ClientName, object> = { main, vectors, tables, dataprocess }

export const operationsOf = (client: ClientName): Record<string, AnyOperation> =>
  Object.fromEntries(
    Object.entries(modules[client]).filter(([, value]) => typeof value === 'function' && 'definition' in value),
  ) as Record<string, AnyOperation>

/** Cases beside the operation they are about; those about operations that do not exist are left out. */
export const runnable = <C extends Case>(client: ClientName, cases: readonly C[]): (C & { call: AnyOperation })[] =>
  cases.flatMap((recorded) => {
    const call = operationsOf(client)[recorded.operation]
    return call ? [{ ...recorded, call }] : []
  })

/** The groups of which some cases can run, beside those cases. */
export const groupsWith = <C>(casesOf: (file: WireFile) => C[]): { group: string; client: ClientName; cases: C[] }[] =>
  groupFiles
    .map((file) => ({ group: file.group, client: file.client, cases: casesOf(file) }))
    .filter(({ cases }) => cases.length > 0)

/** Cases beside their ids, which titles then show in full. */
export const byId = <C extends { id: string }>(cases: readonly C[]): [string, C][] =>
  cases.map((each) => [each.id, each])
