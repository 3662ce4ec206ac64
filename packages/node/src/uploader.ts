import type { FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import {
  type Client,
  Uploader as CoreUploader,
  type UploaderOptions as CoreUploaderOptions,
  type FileResult,
  type FolderRequest,
  folderUploads,
  type TransferTask,
  type UploadFilesOptions,
  type UploadOptions,
  type UploadRequest,
  type UploadResult,
} from '@oss-js/core'
import { fileCheckpoints } from './file-checkpoints.ts'
import { fileUploadSource } from './file-upload-source.ts'
import { type FolderOptions, folderEntries } from './folder-entries.ts'

/** How an Uploader works. */
export interface UploaderOptions extends CoreUploaderOptions {
  /** Folder of the checkpoints; it must be there. @default the system's folder for temporary files */
  checkpointDir?: string | undefined
}

/** How a folder is uploaded, and what of it. */
export interface UploadFolderOptions extends UploadFilesOptions, FolderOptions {}

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

  /**
   * Uploads the files of a folder in one queue, each to the key of `prefix` and its path in the folder. See `uploadFiles` for
   * what becomes of each.
   *
   * Rejects as `uploadFiles` does, with a ValidationError if the folder cannot be read or a path makes no key.
   *
   * @example
   * const uploader = new Uploader(client)
   * const results = await uploader.uploadFolder({ bucket: 'site', prefix: 'v2/' }, './dist', { exclude: '**\/*.map' })
   */
  uploadFolder(
    request: FolderRequest,
    folder: string,
    { include, exclude, symlinks, emptyFolders, ...options }: UploadFolderOptions = {},
  ): TransferTask<FileResult[]> {
    const entries = folderEntries(folder, { include, exclude, symlinks, emptyFolders })
    return this.uploadFiles(
      entries.then((found) => folderUploads(found, request)),
      options,
    )
  }
}
