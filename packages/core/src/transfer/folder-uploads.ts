import type { FileToUpload } from './file-to-upload.ts'
import { type KeyFromPathOptions, keyFromPath } from './key-from-path.ts'
import type { UploadRequest } from './upload-parts.ts'

/** A file of a folder. */
export interface FolderEntry {
  /** Where it is in the folder, as in `2026/cat.jpg`. One that ends with a slash is an empty folder. */
  readonly path: string
  readonly source: FileToUpload['source']
}

/** Where the files of a folder go, and what `putObject` takes for each of them. */
export interface FolderRequest extends Omit<UploadRequest, 'key' | 'contentLength'>, KeyFromPathOptions {}

/**
 * The uploads of a folder's files, for `uploadFiles`. Each key is the prefix and the file's path in the folder, as
 * `keyFromPath` makes it; an empty folder becomes an empty object whose key ends with a slash.
 *
 * Throws a ValidationError for a path that makes no key.
 */
export function folderUploads(entries: Iterable<FolderEntry>, request: FolderRequest): FileToUpload[] {
  const { prefix, normalization, ...shared } = request
  return Array.from(entries, ({ path, source }) => ({
    request: { ...shared, key: keyFromPath(path, { prefix, normalization }) },
    source,
  }))
}
