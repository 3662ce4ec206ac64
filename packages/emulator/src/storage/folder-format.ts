import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Version of the layout and of the records; it grows with every change that another version could not read. */
const formatVersion = 1

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'

/** Throws for a folder that another version of the emulator has written; notes the version in one that says nothing. */
export async function checkFormat(folder: string): Promise<void> {
  const path = join(folder, 'format')
  const found = await readFile(path, 'utf8').catch((error: unknown) => {
    if (!isMissing(error)) throw error
  })
  if (found === undefined) return writeFile(path, `${formatVersion}\n`)
  if (found.trim() === String(formatVersion)) return
  throw new Error(
    `${folder}: written in format ${found.trim()}, and this emulator reads ${formatVersion}; use the version that wrote it, or delete the folder`,
  )
}
