import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type FolderEntry, ValidationError } from '@oss-js/core'
import picomatch from 'picomatch'
import { fileUploadSource } from './file-upload-source.ts'

/** What of a folder is taken. */
export interface FolderOptions {
  /**
   * Globs of the paths in the folder to take, as in `images/**` or `*.{jpg,png}`, with slashes on Windows too. Names that
   * begin with a dot are like others. @default all
   */
  include?: string | readonly string[] | undefined
  /** Globs of what is left out, in spite of `include`; a folder that matches, with all that is in it. @default nothing */
  exclude?: string | readonly string[] | undefined
  /**
   * What to do with a symbolic link: take what it leads to, leave it out, or throw. A link that leads back into a folder
   * it is in throws in any case but `skip`. @default error
   */
  symlinks?: 'follow' | 'skip' | 'error' | undefined
  /** Takes empty folders too: each becomes an empty object whose key ends with a slash. @default false */
  emptyFolders?: boolean | undefined
}

/** A name may have a line end in it, which a dot of a regular expression is not without `s`. */
const globOptions = { dot: true, flags: 's' }

/** How a folder is looked through. */
interface Search {
  readonly root: string
  readonly isIncluded: (path: string) => boolean
  readonly isExcluded: (path: string) => boolean
  readonly symlinks: 'follow' | 'skip' | 'error'
  readonly emptyFolders: boolean
}

/**
 * The files of a folder and of those in it, each folder's in the order of their names. Files are opened when it is their
 * turn. A backslash in a name, which no system but Windows takes for a separator, becomes a slash in the key.
 *
 * Throws a ValidationError if a folder cannot be read, and as `symlinks` says.
 *
 * @example
 * const entries = await folderEntries('./site', { exclude: ['.git', '**\/*.map'] })
 * await uploader.uploadFiles(folderUploads(entries, { bucket: 'site' }))
 */
export async function folderEntries(
  folder: string,
  { include = '**', exclude = [], symlinks = 'error', emptyFolders = false }: FolderOptions = {},
): Promise<FolderEntry[]> {
  const search = {
    root: folder,
    isIncluded: picomatch([include].flat(), globOptions),
    isExcluded: picomatch([exclude].flat(), globOptions),
    symlinks,
    emptyFolders,
  }
  const entries: FolderEntry[] = []
  await look(search, '', [], entries)
  return entries
}

/** Adds what is in one folder. `around` are the true paths of those it is in. */
async function look(search: Search, path: string, around: readonly string[], found: FolderEntry[]): Promise<void> {
  const absolute = join(search.root, path)
  const { real, names } = await listing(absolute)
  if (around.includes(real)) throw new ValidationError('symlinks', `${absolute} leads back into a folder it is in`)
  if (names.length === 0 && path !== '' && search.emptyFolders && search.isIncluded(path)) {
    found.push({ path: `${path}/`, source: '' })
  }
  const inside = names
    .map((entry) => ({ entry, path: path === '' ? entry.name : `${path}/${entry.name}` }))
    .filter((one) => !search.isExcluded(one.path))
  const described = await Promise.all(inside.map((one) => describe(search, one.path, one.entry)))
  for (const one of described) {
    if (one.kind === 'folder') await look(search, one.path, [...around, real], found)
    if (one.kind === 'file' && search.isIncluded(one.path)) found.push(entryOf(search, one.path, one.size))
  }
}

async function listing(absolute: string): Promise<{ real: string; names: Dirent[] }> {
  try {
    const [real, names] = await Promise.all([realpath(absolute), readdir(absolute, { withFileTypes: true })])
    return { real, names: names.sort((a, b) => (a.name < b.name ? -1 : 1)) }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reason = { ENOENT: 'there is no such folder', ENOTDIR: 'it is no folder' }[code ?? ''] ?? message
    throw new ValidationError('folder', `cannot read ${absolute}: ${reason}`)
  }
}

/** What is neither a folder nor a link is taken for a file: if it is none, its upload says so. */
async function describe(
  { root, symlinks }: Search,
  path: string,
  entry: Dirent,
): Promise<{ path: string; kind: 'file' | 'folder' | 'none'; size?: number | undefined }> {
  const absolute = join(root, path)
  const isLink = entry.isSymbolicLink()
  if (isLink && symlinks === 'skip') return { path, kind: 'none' }
  if (isLink && symlinks === 'error') {
    throw new ValidationError('symlinks', `${absolute} is a symbolic link: say whether to follow or to skip it`)
  }
  const facts = await stat(absolute).catch(() => undefined)
  return { path, kind: facts?.isDirectory() ? 'folder' : 'file', size: facts?.size }
}

function entryOf({ root }: Search, path: string, size: number | undefined): FolderEntry {
  return { path, source: { size, load: () => fileUploadSource(join(root, path)) } }
}
