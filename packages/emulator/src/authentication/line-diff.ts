/** Lengths of the longest common subsequences of the ends of two lists. */
function commonLengths(before: readonly string[], after: readonly string[]): number[][] {
  const lengths = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0))
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      const [down, right] = [lengths[i + 1]![j]!, lengths[i]![j + 1]!]
      lengths[i]![j] = before[i] === after[j] ? lengths[i + 1]![j + 1]! + 1 : Math.max(down, right)
    }
  }
  return lengths
}

/** Compares two texts line by line: `  ` before what both have, `- ` before what only the first has, `+ ` the second. */
export function lineDiff(before: string, after: string): string {
  const [first, second] = [before.split('\n'), after.split('\n')]
  const lengths = commonLengths(first, second)
  const lines: string[] = []
  let [i, j] = [0, 0]
  while (i < first.length || j < second.length) {
    if (i < first.length && first[i] === second[j]) {
      lines.push(`  ${first[i]}`)
      i += 1
      j += 1
    } else if (i < first.length && (j === second.length || lengths[i + 1]![j]! >= lengths[i]![j + 1]!)) {
      lines.push(`- ${first[i]}`)
      i += 1
    } else {
      lines.push(`+ ${second[j]}`)
      j += 1
    }
  }
  return lines.join('\n')
}
