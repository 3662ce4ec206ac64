import {
  type Body,
  type CheckpointStore,
  type Client,
  Uploader as CoreUploader,
  type FileResult,
  type FileToUpload,
  type FolderRequest,
  folderUploads,
  type TransferTask,
  type UploadCheckpoint,
  type UploaderOptions,
  type UploadFilesOptions,
  type UploadOptions,
  type UploadRequest,
  type UploadResult,
  type UploadSource,
} from '@oss-js/core'
import { type FolderOptions, folderEntries, type PageFolder } from './folder-entries.ts'
import { type IndexedDbCheckpoints, indexedDbCheckpoints } from './indexeddb-checkpoints.ts'
import { pausedOffline } from './paused-offline.ts'
import { readableFile } from './permitted-handle.ts'

/** How a folder is uploaded, and what of it. */
export interface UploadFolderOptions extends UploadFilesOptions, FolderOptions {}

/** An upload that something broke off, as the closing of its page does. */
export interface InterruptedUpload {
  /** For `discardCheckpoint`, which gives the upload up. */
  checkpoint: UploadCheckpoint
  /** Leads to its file without picking it again. Kept if the upload was one of a handle. */
  handle?: FileSystemFileHandle | undefined
}

/** Any store; one of the browser can do more. */
type PageStore = CheckpointStore & Partial<IndexedDbCheckpoints>

/** An Uploader that keeps its checkpoints in the browser, and pauses while there is no network. */
export class Uploader extends CoreUploader {
  readonly #store: PageStore
  readonly #scope: string | undefined

  constructor(client: Client, options: UploaderOptions = {}) {
    const checkpointStore = options.checkpointStore ?? indexedDbCheckpoints()
    super(client, { ...options, checkpointStore })
    this.#store = checkpointStore
    this.#scope = options.checkpointScope
  }

  override uploadFrom(
    request: UploadRequest,
    source: Body | UploadSource | PromiseLike<UploadSource>,
    options: UploadOptions = {},
  ): TransferTask<UploadResult> {
    return pausedOffline(super.uploadFrom(request, source, options))
  }

  override uploadFiles(
    files: Iterable<FileToUpload> | PromiseLike<Iterable<FileToUpload>>,
    options: UploadFilesOptions = {},
  ): TransferTask<FileResult[]> {
    return pausedOffline(super.uploadFiles(files, options))
  }

  /**
   * Uploads a file, replacing any object with the same key. With `enableCheckpoint`, an upload that the closing of the page
   * broke off goes on when the same file is picked again: one of the same name, size, time and content. If another tab is
   * uploading it, this one waits, and does not send it a second time. The handle of a file, as of `showOpenFilePicker`, is
   * kept with the checkpoint: `interruptedUploads` gives it back.
   *
   * Rejects as `uploadFrom` does, and with a SourceError, or one as the cause, if the file cannot be read, or the user does
   * not allow it. The browser asks the user only while a click or the like is handled.
   *
   * @example
   * const uploader = new Uploader(client, { enableCheckpoint: true })
   * await uploader.uploadFile({ bucket: 'photos', key: file.name }, file, { onProgress })
   */
  uploadFile(
    request: UploadRequest,
    file: Blob | FileSystemFileHandle,
    options: UploadOptions = {},
  ): TransferTask<UploadResult> {
    if (file instanceof Blob) return this.uploadFrom(request, file, options)
    const checkpointStore = this.#keeping(file, options)
    return this.uploadFrom(request, readableFile(file), { ...options, checkpointStore })
  }

  /**
   * Uploads the files of a folder in one queue, each to the key of `prefix` and its path. See `folderEntries` for what can be
   * a folder, `uploadFiles` for what becomes of each file.
   *
   * @example
   * picker.onchange = () => uploader.uploadFolder({ bucket: 'photos', prefix: '2026/' }, picker.files)
   */
  uploadFolder(
    request: FolderRequest,
    folder: PageFolder,
    { emptyFolders, ...options }: UploadFolderOptions = {},
  ): TransferTask<FileResult[]> {
    const entries = folderEntries(folder, { emptyFolders })
    return this.uploadFiles(
      entries.then((found) => folderUploads(found, request)),
      options,
    )
  }

  /**
   * The uploads of this Uploader's scope that can go on, without those that this or another tab is running. Hand the handle,
   * or the file that the user picks again, to `uploadFile`; or give it up with `discardCheckpoint`.
   *
   * @example
   * for (const { checkpoint, handle } of await uploader.interruptedUploads()) {
   *   const { bucket, key } = checkpoint
   *   addRow(key, () => uploader.uploadFile({ bucket, key }, handle ?? picker.files[0]))
   * }
   */
  async interruptedUploads(): Promise<InterruptedUpload[]> {
    const interrupted: InterruptedUpload[] = []
    for (const checkpoint of await this.#store.list()) {
      if (checkpoint.kind !== 'upload' || checkpoint.scope !== this.#scope) continue
      if (await this.#store.isRunning?.(checkpoint)) continue
      interrupted.push({ checkpoint, handle: await this.#store.handleOf?.(checkpoint) })
    }
    return interrupted
  }

  #keeping(handle: FileSystemFileHandle, { checkpointStore }: UploadOptions): CheckpointStore {
    const store: PageStore = checkpointStore ?? this.#store
    return {
      get: (id) => store.get(id),
      delete: (id) => store.delete(id),
      list: () => store.list(),
      ...(store.exclusively && { exclusively: store.exclusively.bind(store) }),
      async put(checkpoint) {
        await store.put(checkpoint)
        // Without its handle, the file can be picked again.
        await store.keepHandle?.(checkpoint, handle).catch(() => {})
      },
    }
  }
}
