import type { Body } from '../http/request-body.ts'
import type { TransferProgress } from './progress.ts'
import type { TaskOptions } from './task.ts'
import type { UploadOptions, UploadRequest, UploadResult } from './upload-parts.ts'
import type { UploadSource } from './upload-source.ts'

/** A source that is opened when it is its turn. */
export interface LazySource {
  /** Bytes in all, where that is known. */
  readonly size?: number | undefined
  load(): PromiseLike<UploadSource>
}

/** One of many files to upload. */
export interface FileToUpload extends TaskOptions {
  request: UploadRequest
  source: Body | UploadSource | LazySource
  /** Ends the upload of this file, at once also while all are paused; the others go on. */
  signal?: AbortSignal | undefined
  /** Told how far this file has come. What it throws is reported as that of the task's is. */
  onProgress?: ((progress: TransferProgress) => void) | undefined
}

/** What became of one of many files. */
export type FileResult =
  | { status: 'done'; file: FileToUpload; result: UploadResult }
  | { status: 'failed'; file: FileToUpload; error: unknown }
  /** Another file failed before this one was done, and that was to stop all. */
  | { status: 'stopped'; file: FileToUpload }

/** How many files are uploaded. `parallelNum` counts the parts of all files together; `onProgress` is told of all bytes. */
export interface UploadFilesOptions extends UploadOptions {
  /** Stops all when one fails. @default false: the others go on */
  stopOnError?: boolean | undefined
  /** Told of each file that has ended, in whatever order they do. What it throws is reported as that of `onProgress` is. */
  onFileEnd?: ((result: FileResult) => void) | undefined
}

/** The files that are not uploaded, in their order: to try again. Streams cannot be, they were read. */
export const unfinishedFiles = (results: readonly FileResult[]): FileToUpload[] =>
  results.filter(({ status }) => status !== 'done').map(({ file }) => file)
