import { createPostPolicy } from '../create-post-policy.ts'
import { isBucketExist, isObjectExist } from '../exist.ts'
import { appendFile } from '../file-like/append-only-file.ts'
import { openFile } from '../file-like/read-only-file.ts'
import * as operations from '../operations/index.ts'
import { presignParts } from '../presign-parts.ts'
import { Copier, type CopierOptions } from '../transfer/copier.ts'
import { Downloader, type DownloaderOptions } from '../transfer/downloader.ts'
import type { UploaderOptions } from '../transfer/upload-parts.ts'
import { Uploader } from '../transfer/uploader.ts'
import { createClient } from './client.ts'
import type { ClientConfig } from './config.ts'
import { FullClient, type Methods } from './full-client.ts'

/** What takes a client first and is no operation. */
const helpers = {
  /** Tells whether there is a bucket of this name, whoever owns it. False only if OSS says so. */
  isBucketExist,
  /** Tells whether there is an object with this key. False only if OSS says so. */
  isObjectExist,
  /** Signs what a form must hold, so that a page can upload one file without any secret. */
  createPostPolicy,
  /** Signs the upload of many parts at once, in the order of `partNumbers`. */
  presignParts,
  /** Opens an object for reading, as a file is opened. */
  openFile,
  /** Opens an object to add to its end, as a file is opened. */
  appendFile,
}

export interface OSSClient extends Methods<typeof operations>, Methods<typeof helpers> {}

/**
 * A client with every operation as a method. It takes them all into the bundle: where size counts, use `createClient` and
 * call the functions.
 *
 * @example
 * const client = new OSSClient({ region: 'cn-hangzhou', credentialsProvider })
 * await client.putObject({ bucket: 'photos', key: 'cat.jpg', body: file })
 * await client.uploader().uploadFrom({ bucket: 'photos', key: 'holiday.mp4' }, film)
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the methods are those of the operations, one by one
export class OSSClient extends FullClient {
  constructor(config: ClientConfig) {
    super(createClient(config), { ...operations, ...helpers })
  }

  /** An {@link Uploader} over this client. */
  uploader(options?: UploaderOptions): Uploader {
    return new Uploader(this, options)
  }

  /** A {@link Downloader} over this client. */
  downloader(options?: DownloaderOptions): Downloader {
    return new Downloader(this, options)
  }

  /** A {@link Copier} over this client. */
  copier(options?: CopierOptions): Copier {
    return new Copier(this, options)
  }
}
