import { type FolderEntry, SourceError } from '@oss-js/core'

/** What of a folder is taken. */
export interface FolderOptions {
  /**
   * Takes empty folders too: each becomes an empty object whose key ends with a slash. An `<input webkitdirectory>` does not
   * tell of them. @default false
   */
  emptyFolders?: boolean | undefined
}

/** Where files of a page come from. */
export type PageFolder = DataTransfer | FileSystemDirectoryHandle | Iterable<File>

/**
 * The files of a folder: what was dropped, what `showDirectoryPicker` gave, or the `files` of an `<input>`, whose paths begin
 * with the folder's own name if it has `webkitdirectory`. What was dropped is to be handed in while the event is handled.
 *
 * @example
 * drop.ondrop = async (event) => {
 *   event.preventDefault()
 *   const entries = await folderEntries(event.dataTransfer)
 *   await uploader.uploadFiles(folderUploads(entries, { bucket: 'photos' }))
 * }
 */
export function folderEntries(
  folder: PageFolder,
  { emptyFolders = false }: FolderOptions = {},
): Promise<FolderEntry[]> {
  if ('items' in folder) return droppedEntries(folder, emptyFolders)
  if ('getFileHandle' in folder) return inDirectory(folder, '', emptyFolders)
  const picked = Array.from(folder, (file) => ({ path: file.webkitRelativePath || file.name, source: file }))
  return Promise.resolve(picked)
}

/** What was dropped is forgotten when the event is over, so that all of it is taken before anything is waited for. */
async function droppedEntries({ items }: DataTransfer, emptyFolders: boolean): Promise<FolderEntry[]> {
  const entries = Array.from(items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
  return flat(await Promise.all(entries.map((entry) => inEntry(entry, emptyFolders))))
}

async function inEntry(entry: FileSystemEntry, emptyFolders: boolean): Promise<FolderEntry[]> {
  const path = entry.fullPath.replace(/^\//, '')
  if (entry.isFile) return [{ path, source: await fileOf(entry as FileSystemFileEntry) }]
  const inside = await childrenOf(entry as FileSystemDirectoryEntry)
  if (inside.length === 0 && emptyFolders) return [{ path: `${path}/`, source: '' }]
  const found: FolderEntry[][] = []
  for (const child of inside) found.push(await inEntry(child, emptyFolders))
  return flat(found)
}

const flat = (lists: FolderEntry[][]): FolderEntry[] => lists.flat()

/** A reader gives at most 100 entries at a time, and none when it has given all. */
async function childrenOf(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader()
  const children: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return children.sort(byName)
    children.push(...some)
  }
}

/** One that cannot be read fails when it is its turn, not all others with it. */
async function fileOf(entry: FileSystemFileEntry): Promise<FolderEntry['source']> {
  try {
    return await new Promise<File>((resolve, reject) => entry.file(resolve, reject))
  } catch (cause) {
    return { load: () => Promise.reject(new SourceError(`${entry.name} cannot be read`, { cause })) }
  }
}

async function inDirectory(
  directory: FileSystemDirectoryHandle,
  path: string,
  emptyFolders: boolean,
): Promise<FolderEntry[]> {
  const children: FileSystemHandle[] = []
  for await (const child of directory.values()) children.push(child)
  if (children.length === 0 && path !== '' && emptyFolders) return [{ path, source: '' }]
  const found: FolderEntry[][] = []
  for (const child of children.sort(byName)) found.push(await inHandle(child, `${path}${child.name}`, emptyFolders))
  return flat(found)
}

async function inHandle(handle: FileSystemHandle, path: string, emptyFolders: boolean): Promise<FolderEntry[]> {
  if (isDirectory(handle)) return inDirectory(handle, `${path}/`, emptyFolders)
  return [{ path, source: { load: () => (handle as FileSystemFileHandle).getFile() } }]
}

const isDirectory = (handle: FileSystemHandle): handle is FileSystemDirectoryHandle => handle.kind === 'directory'

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1)
