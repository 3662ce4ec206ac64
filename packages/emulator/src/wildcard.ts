/** Whether `text` matches `pattern`; a star that took too little takes one more, so that no pattern takes long. */
function matches(pattern: string, text: string, takesOne: (letter: string) => boolean): boolean {
  let [at, next] = [0, 0]
  let star: { readonly next: number; at: number } | undefined
  while (at < text.length) {
    const letter = pattern[next]
    if (letter === '*') {
      next += 1
      star = { next, at }
    } else if (letter !== undefined && (letter === text[at] || takesOne(letter))) {
      at += 1
      next += 1
    } else if (star !== undefined) {
      star.at += 1
      at = star.at
      next = star.next
    } else return false
  }
  return /^\**$/.test(pattern.slice(next))
}

/** Whether `text` matches `pattern`, in which `*` stands for any run of characters and `?` for one. */
export const matchesWildcard = (pattern: string, text: string, isCaseIgnored = false): boolean =>
  isCaseIgnored
    ? matchesWildcard(pattern.toLowerCase(), text.toLowerCase())
    : matches(pattern, text, (letter) => letter === '?')

/** Whether `text` matches `pattern`, in which `*` stands for any run of characters and all else for itself. */
export const matchesStar = (pattern: string, text: string): boolean => matches(pattern, text, () => false)
