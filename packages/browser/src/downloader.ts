import {
  type Client,
  Downloader as CoreDownloader,
  type DownloaderOptions,
  type DownloadOptions,
  type DownloadRequest,
  type DownloadResult,
  type DownloadTarget,
  type TransferTask,
} from '@oss-js/core'
import { fileHandleTarget } from './file-handle-target.ts'
import { indexedDbCheckpoints } from './indexeddb-checkpoints.ts'
import { pausedOffline } from './paused-offline.ts'

/** A Downloader that also writes files of pages, keeps its checkpoints in the browser, and pauses while there is no network. */
export class Downloader extends CoreDownloader {
  readonly #isResumed: boolean

  constructor(client: Client, options: DownloaderOptions = {}) {
    super(client, { ...options, checkpointStore: options.checkpointStore ?? indexedDbCheckpoints() })
    this.#isResumed = options.enableCheckpoint ?? false
  }

  override downloadTo(
    request: DownloadRequest,
    target: WritableStream<Uint8Array> | DownloadTarget | PromiseLike<DownloadTarget>,
    options: DownloadOptions = {},
  ): TransferTask<DownloadResult> {
    return pausedOffline(super.downloadTo(request, target, options))
  }

  override downloadBlob(request: DownloadRequest, options: DownloadOptions = {}): TransferTask<Blob> {
    return pausedOffline(super.downloadBlob(request, options))
  }

  /**
   * Downloads an object, or a range of it, into a file, as of `showSaveFilePicker` or of `navigator.storage.getDirectory()`,
   * in parallel parts. The file is replaced when all bytes are there and right. With `enableCheckpoint`, see
   * `fileHandleTarget` for which files a download can go on to.
   *
   * Rejects as `downloadTo` does, with a ValidationError if the file cannot be written.
   *
   * @example
   * const handle = await showSaveFilePicker({ suggestedName: 'holiday.mp4' })
   * await downloader.downloadFile({ bucket: 'photos', key: 'holiday.mp4' }, handle, { onProgress })
   */
  downloadFile(
    request: DownloadRequest,
    handle: FileSystemFileHandle,
    options: DownloadOptions = {},
  ): TransferTask<DownloadResult> {
    const resumed = options.enableCheckpoint ?? this.#isResumed
    return this.downloadTo(request, fileHandleTarget(handle, { resumed }), options)
  }
}
