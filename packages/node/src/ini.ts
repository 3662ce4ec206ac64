import { CredentialsError } from '@oss-js/core'

/** Sections by their names. */
export type Ini = ReadonlyMap<string, ReadonlyMap<string, string>>

/**
 * Reads sections of `name = value`. Lines that begin with `#` or `;`, and what follows ` #`, are comments. Throws a
 * CredentialsError that names the line, and does not quote it.
 */
export function parseIni(text: string, file: string): Ini {
  const sections = new Map<string, Map<string, string>>()
  let section: Map<string, string> | undefined
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const content = line
      .trim()
      .replace(/^[#;].*|\s#.*$/, '')
      .trim()
    if (!content) continue
    const title = /^\[(.+)\]$/.exec(content)?.[1]?.trim()
    const [, name, value] = /^([^=]+?)\s*=\s*(.*)$/.exec(content) ?? []
    if (title) {
      section = sections.get(title) ?? new Map()
      sections.set(title, section)
    } else if (section && name !== undefined && value !== undefined) {
      section.set(name, value)
    } else {
      throw new CredentialsError(`${file}: line ${index + 1} is neither [a profile] nor, in one, name = value`)
    }
  }
  return sections
}
