import {
  type CallOptions,
  type Client,
  type ClientConfig,
  OSSClient as CoreOSSClient,
  createClient as createCoreClient,
  type OutputOf,
  type putObject,
} from '@oss-js/core'
import { Downloader, type DownloaderOptions } from './downloader.ts'
import { type GetObjectToFileInput, type GetObjectToFileOutput, getObjectToFile } from './get-object-to-file.ts'
import { nodeHasher } from './node-hasher.ts'
import { type PutObjectFromFileInput, putObjectFromFile } from './put-object-from-file.ts'
import { type UndiciTransportOptions, undiciTransport } from './undici-transport.ts'
import { Uploader, type UploaderOptions } from './uploader.ts'

/** How all calls of a client in Node are made. What is said of connections has no effect beside a `transport`. */
export interface NodeClientConfig extends ClientConfig, Omit<UndiciTransportOptions, 'connectTimeoutMs'> {}

/**
 * Makes a client for Node, without any operation attached. Its transport is `undiciTransport()` if `config` has none.
 *
 * Throws a ValidationError if region, endpoint or proxy is unusable, a CredentialsError if credentials are incomplete.
 *
 * @example
 * const client = createClient({ region: 'cn-hangzhou', credentialsProvider: environmentCredentials() })
 * await putObjectFromFile(client, { bucket: 'photos', key: 'cat.jpg' }, './cat.jpg')
 */
export function createClient(config: NodeClientConfig): Client {
  return createCoreClient(inNode(config))
}

/** A client with every operation as a method. Like `createClient` otherwise. */
export class OSSClient extends CoreOSSClient {
  constructor(config: NodeClientConfig) {
    super(inNode(config))
  }

  /** See {@link putObjectFromFile}. */
  putObjectFromFile(
    input: PutObjectFromFileInput,
    path: string,
    options?: CallOptions,
  ): Promise<OutputOf<typeof putObject>> {
    return putObjectFromFile(this, input, path, options)
  }

  /** See {@link getObjectToFile}. */
  getObjectToFile(input: GetObjectToFileInput, path: string, options?: CallOptions): Promise<GetObjectToFileOutput> {
    return getObjectToFile(this, input, path, options)
  }

  /** An {@link Uploader} over this client. */
  override uploader(options?: UploaderOptions): Uploader {
    return new Uploader(this, options)
  }

  /** A {@link Downloader} over this client. */
  override downloader(options?: DownloaderOptions): Downloader {
    return new Downloader(this, options)
  }
}

const inNode = (config: NodeClientConfig): ClientConfig => ({
  ...config,
  transport: config.transport ?? undiciTransport(config),
  hasher: config.hasher ?? nodeHasher,
})
