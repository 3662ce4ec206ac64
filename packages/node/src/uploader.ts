import type { FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import {
  type Client,
  Uploader as CoreUploader,
  type UploaderOptions as CoreUploaderOptions,
  type TransferTask,
  type UploadOptions,
  type UploadRequest,
  type UploadResult,
} from '@oss-js/core'
import { fileCheckpoints } from './file-checkpoints.ts'
import { fileUploadSource } from './file-upload-source.ts'

/** How an Uploader works. */
export interface UploaderOptions extends CoreUploaderOptions {
  /** Folder of the checkpoints; it must be there. @default the system's folder for temporary files */
  checkpointDir?: string | undefined
}

/** An Uploader that also takes files, and keeps its checkpoints in files. */
export class Uploader extends CoreUploader {
  constructor(client: Client, { checkpointDir = tmpdir(), ...options }: UploaderOptions = {}) {
    super(client, { ...options, checkpointStore: options.checkpointStore ?? fileCheckpoints(checkpointDir) })
  }

  /**
   * Uploads a file, replacing any object with the same key. A handle stays open, and has no name to find a checkpoint by.
   *
   * Rejects as `uploadFrom` does, with a ValidationError if the file cannot be read; a TransferError has a FileChangedError as
   * its cause if the file changes meanwhile.
   *
   * @example
   * const uploader = new Uploader(client, { enableCheckpoint: true, checkpointDir: './checkpoints' })
   * await uploader.uploadFile({ bucket: 'photos', key: 'holiday.mp4' }, './holiday.mp4')
   */
  uploadFile(
    request: UploadRequest,
    file: string | FileHandle,
    options: UploadOptions = {},
  ): TransferTask<UploadResult> {
    return this.uploadFrom(request, fileUploadSource(file), options)
  }
}
