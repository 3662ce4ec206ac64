import {
  type Client,
  type ClientConfig,
  OSSClient as CoreOSSClient,
  type Credentials,
  CredentialsError,
  createClientOver,
  type DownloaderOptions,
  type UploaderOptions,
} from '@oss-js/core'
import { Downloader } from './downloader.ts'
import { Uploader } from './uploader.ts'
import { xhrTransport } from './xhr-transport.ts'

/** How all calls of a client in a browser are made. */
export interface BrowserClientConfig extends ClientConfig {
  /** Accepts a permanent access key in a page, where every visitor can read it. For development only. @default false */
  dangerouslyAllowLongLivedKeys?: boolean | undefined
}

/**
 * Makes a client for pages and workers, without any operation attached; bundlers then keep only what is called. Its
 * transport is `xhrTransport()` if `config` has none.
 *
 * Throws a ValidationError if region or endpoint is unusable, a CredentialsError if credentials are incomplete or permanent.
 *
 * @example
 * const client = createClient({ region: 'cn-hangzhou', credentialsProvider: stsFromUrl('/sts') })
 * await putObject(client, { bucket: 'photos', key: 'cat.jpg', body: file }, { onProgress })
 */
export function createClient(config: BrowserClientConfig): Client {
  return createClientOver(xhrTransport(), pageConfig(config))
}

/** A client with every operation as a method. Like `createClient` otherwise. */
export class OSSClient extends CoreOSSClient {
  constructor(config: BrowserClientConfig) {
    super({ ...pageConfig(config), transport: config.transport ?? xhrTransport() })
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

function pageConfig(config: BrowserClientConfig): ClientConfig {
  const { accessKeyId, securityToken } = (config.credentialsProvider ?? {}) as Partial<Credentials>
  const isPermanent = accessKeyId?.startsWith('LTAI') && !securityToken
  if (isPermanent && globalThis.location && !config.dangerouslyAllowLongLivedKeys) {
    throw new CredentialsError('this permanent key is public: use STS tokens, or set dangerouslyAllowLongLivedKeys')
  }
  return config
}
