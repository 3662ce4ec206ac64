import { Agent } from 'node:http'
import type { LookupFunction } from 'node:net'
import OSS, { type Client } from 'ali-oss'
import type { Emulator } from '../../src/index.ts'
import { send, type TestAnswer } from '../signed-client.ts'

/** The bucket that the clients work in. */
export const bucket = 'a-day-of-work'

/** A host name that is bound to the bucket. */
export const cname = 'files.example.test'

/** Finds every host name on this machine, which not every resolver does even for `*.localhost`. */
const onThisMachine: LookupFunction = (_, options, found) =>
  options.all ? found(null, [{ address: '127.0.0.1', family: 4 }]) : found(null, '127.0.0.1', 4)

const agent = new Agent({ keepAlive: true, lookup: onThisMachine })

const endpoints = [
  ['an IP address', { host: '127.0.0.1' }],
  ['path style', { host: 'localhost', sldEnable: true }],
  ['host names', { host: 'localhost', agent }],
  ['a CNAME', { host: cname, cname: true, agent }],
] as const

const signatures = [
  ['V1', {}],
  ['V4', { authorizationV4: true }],
] as const

/** How a client reaches the emulator and signs. */
export interface Way {
  readonly host: string
  readonly cname?: boolean
  readonly authorizationV4?: boolean
}

/** Every way to reach the emulator, with every signature that the client can make. */
export const ways: (readonly [name: string, way: Way])[] = endpoints.flatMap(([endpointName, endpoint]) =>
  signatures.map(([signatureName, signature]) => [
    `${signatureName} and ${endpointName}`,
    { ...endpoint, ...signature },
  ]),
)

/** The ways whose URLs anyone can open: the client cannot make URLs for an IP address. */
export const waysWithUrls = ways.filter(([, { host }]) => host !== '127.0.0.1')

/** A client as its users make it. */
export function aliOss(emulator: Emulator, { host, ...way }: Way, more: object = {}): Client {
  const { accessKeyId, accessKeySecret, port } = emulator
  return new OSS({
    accessKeyId,
    accessKeySecret,
    region: `oss-${emulator.region}`,
    endpoint: `http://${host}:${port}`,
    bucket,
    ...way,
    ...more,
  })
}

/** Opens a URL, wherever its host name is. */
export function open(
  emulator: Emulator,
  url: string,
  method = 'GET',
  headers: Record<string, string> = {},
  body?: string,
): Promise<TestAnswer> {
  const { host, pathname, search } = new URL(url)
  return send(emulator.port, method, pathname + search, { host, ...headers }, body)
}
