import {
  type Body,
  type Client,
  Uploader as CoreUploader,
  type TransferTask,
  type UploaderOptions,
  type UploadOptions,
  type UploadRequest,
  type UploadResult,
  type UploadSource,
} from '@oss-js/core'
import { indexedDbCheckpoints } from './indexeddb-checkpoints.ts'

/** An Uploader that keeps its checkpoints in the browser, and pauses while there is no network. */
export class Uploader extends CoreUploader {
  constructor(client: Client, options: UploaderOptions = {}) {
    super(client, { ...options, checkpointStore: options.checkpointStore ?? indexedDbCheckpoints() })
  }

  override uploadFrom(
    request: UploadRequest,
    source: Body | UploadSource | PromiseLike<UploadSource>,
    options: UploadOptions = {},
  ): TransferTask<UploadResult> {
    return pausedOffline(super.uploadFrom(request, source, options))
  }

  /**
   * Uploads a file, replacing any object with the same key. With `enableCheckpoint`, an upload that the closing of the page
   * broke off goes on when the same file is picked again.
   *
   * Rejects as `uploadFrom` does, and with a SourceError, or one as the cause, if the file cannot be read any more.
   *
   * @example
   * const uploader = new Uploader(client, { enableCheckpoint: true })
   * await uploader.uploadFile({ bucket: 'photos', key: file.name }, file, { onProgress })
   */
  uploadFile(request: UploadRequest, file: Blob, options: UploadOptions = {}): TransferTask<UploadResult> {
    return this.uploadFrom(request, file, options)
  }
}

/** Pauses a task while the browser is offline. What somebody else paused stays so. */
function pausedOffline<T>(task: TransferTask<T>): TransferTask<T> {
  let isPausedHere = false
  const pause = () => {
    isPausedHere ||= task.state === 'running'
    task.pause()
  }
  const resume = () => {
    if (isPausedHere) task.resume()
    isPausedHere = false
  }
  addEventListener('offline', pause)
  addEventListener('online', resume)
  const forget = () => {
    removeEventListener('offline', pause)
    removeEventListener('online', resume)
  }
  task.then(forget, forget)
  return task
}
