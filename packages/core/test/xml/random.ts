/** Random values that are the same for the same seed. */
export interface Random {
  /** A whole number below the limit. */
  below(limit: number): number
  /** True once in so many times. */
  oneIn(count: number): boolean
  pick<T>(items: readonly T[]): T
  /** So many to so many results. */
  times<T>(least: number, most: number, make: (index: number) => T): T[]
}

/** Mulberry32: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
export function seededRandom(seed: number): Random {
  let state = seed
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
  return {
    below,
    oneIn: (count) => below(count) === 0,
    pick: (items) => items[below(items.length)]!,
    times: (least, most, make) => Array.from({ length: least + below(most - least + 1) }, (_, index) => make(index)),
  }
}

const pieces = [
  'a',
  'Z',
  '0',
  ' ',
  '-',
  '/',
  '&',
  '<',
  '>',
  '"',
  "'",
  ']]>',
  '&amp;',
  '%2F',
  '<b>',
  '<!--',
  '\t',
  '\n',
  '\u0001',
  '\u001f',
  '\u007f',
  'é',
  '目',
  '😀',
  '\ufffd',
  '\u2028',
  'photos/2026/',
]

/** Text with everything that XML treats specially; never empty, never white space alone. */
export const randomText = (random: Random): string =>
  `${random.times(0, 6, () => random.pick(pieces)).join('')}x${random.times(0, 3, () => random.pick(pieces)).join('')}`
