import { tmpdir } from 'node:os'
import {
  type Client,
  Downloader as CoreDownloader,
  type DownloaderOptions as CoreDownloaderOptions,
  type DownloadOptions,
  type DownloadRequest,
  type DownloadResult,
  type TransferTask,
} from '@oss-js/core'
import { fileCheckpoints } from './file-checkpoints.ts'
import { fileTarget } from './file-target.ts'

/** How a Downloader works. */
export interface DownloaderOptions extends CoreDownloaderOptions {
  /** Folder of the checkpoints; it must be there. @default the system's folder for temporary files */
  checkpointDir?: string | undefined
  /** Writes to `<path>.oss-js-temp` and renames it when all bytes are there. @default true */
  useTempFile?: boolean | undefined
}

/** A Downloader that also writes files, and keeps its checkpoints in files. */
export class Downloader extends CoreDownloader {
  readonly #useTempFile: boolean

  constructor(client: Client, { checkpointDir = tmpdir(), useTempFile = true, ...options }: DownloaderOptions = {}) {
    super(client, { ...options, checkpointStore: options.checkpointStore ?? fileCheckpoints(checkpointDir) })
    this.#useTempFile = useTempFile
  }

  /**
   * Downloads an object, or a range of it, into a file, which appears, or is replaced, when all bytes are there and right.
   * After a failure the temporary file is removed; with `enableCheckpoint` it stays, to go on with. Of two downloads to one
   * file, in whichever processes, one waits for the other.
   *
   * Rejects as `downloadTo` does, with a ValidationError if nothing can be written there.
   *
   * @example
   * const downloader = new Downloader(client, { enableCheckpoint: true, checkpointDir: './checkpoints' })
   * await downloader.downloadFile({ bucket: 'photos', key: 'holiday.mp4' }, './holiday.mp4')
   */
  downloadFile(request: DownloadRequest, path: string, options: DownloadOptions = {}): TransferTask<DownloadResult> {
    const waiting = new AbortController()
    const task = this.downloadTo(request, fileTarget(path, this.#useTempFile, waiting.signal), options)
    const stop = () => waiting.abort(task.signal.reason)
    task.signal.addEventListener('abort', stop)
    if (task.signal.aborted) stop()
    return task
  }
}
