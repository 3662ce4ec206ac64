import type { Addressing } from '../endpoint/addressing.ts'
import { fetchTransport } from '../http/fetch-transport.ts'
import { type Client, createClientOver } from './client.ts'
import type { ClientConfig } from './config.ts'
import { contextOf, keepContext } from './context.ts'

/** What a client of a service beside OSS takes: not what only OSS knows. */
export type SiblingClientConfig = Omit<
  ClientConfig,
  | 'cloudBoxId'
  | 'disableDownloadCrc64Check'
  | 'disableUploadCrc64Check'
  | 'enableAutoDetectCloudBoxId'
  | 'useAccelerateEndpoint'
  | 'useCname'
  | 'useDualStackEndpoint'
  | 'usePathStyle'
>

/** Makes a client of a service that speaks JSON: that is the Content-Type of operations which name none. */
export function createJsonClient(config: SiblingClientConfig, addressing: Addressing): Client {
  const client = createClientOver(fetchTransport(), config, addressing)
  const contentType = 'application/json'
  const send: Client['send'] = (definition, input, options) =>
    client.send({ contentType, ...definition }, input, options)
  keepContext(send, { ...contextOf(client), contentType })
  return { send }
}
