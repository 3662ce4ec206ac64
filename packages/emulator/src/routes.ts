import type { Address } from './addressing.ts'
import type { OssRequest } from './message.ts'
import { bucketRoutes, objectRoutes, type Route, serviceRoutes } from './route-table.ts'

type Query = ReadonlyMap<string, string>

/** Calls that no sub-resource tells apart. */
const plainOperations: Readonly<Record<Level, Readonly<Record<string, string>>>> = {
  service: { GET: 'ListBuckets' },
  bucket: { GET: 'ListObjects', PUT: 'PutBucket', DELETE: 'DeleteBucket', POST: 'PostObject' },
  object: { GET: 'GetObject', HEAD: 'HeadObject', PUT: 'PutObject', DELETE: 'DeleteObject' },
}

type Level = 'service' | 'bucket' | 'object'

const tables: Readonly<Record<Level, readonly Route[]>> = {
  service: serviceRoutes,
  bucket: bucketRoutes,
  object: objectRoutes,
}

/** Parameters that may stand without a value in a call that they do not change the name of. */
const plainParameters = new Set([
  'prefix',
  'marker',
  'delimiter',
  'max-keys',
  'max-uploads',
  'max-parts',
  'encoding-type',
  'continuation-token',
  'start-after',
  'fetch-owner',
  'key-marker',
  'version-id-marker',
  'upload-id-marker',
  'part-number-marker',
  'versionId',
  'position',
  'tag-key',
  'tag-value',
  'tagging',
  'regionList',
  'list-type',
  'sequential',
])

/** A request without a name of its own: what it is called in the answer, and why. */
export type Routed = { readonly operation: string } | { readonly unknown: string }

const levelOf = (address: Address): Level =>
  address.bucket === undefined ? 'service' : address.key === '' ? 'bucket' : 'object'

function matches(parameters: string, query: Query): boolean {
  return parameters.split('&').every((parameter) => {
    const [name, value] = parameter.split('=') as [string, string?]
    return value === undefined ? query.has(name) : query.get(name) === value
  })
}

/** Copying is told from putting by a header. */
const copyOperations: Readonly<Record<string, string>> = { PutObject: 'CopyObject', UploadPart: 'UploadPartCopy' }

/** Finds the name of the operation that a request asks for. */
export function routeOf(request: OssRequest, address: Address, query: Query): Routed {
  if (request.method === 'OPTIONS') return { operation: 'OptionObject' }
  const level = levelOf(address)
  const route = tables[level].find(([method, parameters]) => method === request.method && matches(parameters, query))
  const operation = route?.[2] ?? plainOperation(level, request.method, query)
  if (operation === undefined) return { unknown: `${request.method} on a ${level}${describeQuery(query)}` }
  const copy = request.headers.has('x-oss-copy-source') ? copyOperations[operation] : undefined
  return { operation: copy ?? operation }
}

function plainOperation(level: Level, method: string, query: Query): string | undefined {
  const isPlain = (name: string): boolean => plainParameters.has(name) || /^(response|x-oss)-/.test(name)
  const bare = [...query].filter(([name, value]) => value === '' && !isPlain(name))
  return bare.length > 0 ? undefined : plainOperations[level][method]
}

const describeQuery = (query: Query): string =>
  query.size === 0 ? '' : ` with the parameters ${[...query.keys()].join(', ')}`
