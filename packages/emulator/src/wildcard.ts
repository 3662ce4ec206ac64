const special = /[\\^$.|+()[\]{}]/g

/** Whether `text` matches `pattern`, in which `*` stands for any run of characters and `?` for one. */
export function matchesWildcard(pattern: string, text: string, flags = 's'): boolean {
  const source = pattern.replace(special, '\\$&').replace(/\*+/g, '.*').replaceAll('?', '.')
  return new RegExp(`^${source}$`, flags).test(text)
}

/** Whether `text` matches `pattern`, in which `*` stands for any run of characters and all else for itself. */
export const matchesStar = (pattern: string, text: string): boolean =>
  new RegExp(`^${pattern.replace(/[\\^$.|+?()[\]{}]/g, '\\$&').replace(/\*+/g, '.*')}$`, 's').test(text)
