import { sqlFault } from './select-fault.ts'

const maximumWildcards = 5

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

function checkEscape(escapeCharacter: string | undefined): void {
  if (escapeCharacter === undefined) return
  if (escapeCharacter.length !== 1) {
    throw sqlFault('SqlOnlyOneEscapeCharIsAllowed', 'The escape character of LIKE must be a single character.')
  }
  if ('?%*'.includes(escapeCharacter)) {
    throw sqlFault('SqlInvalidEscapeChar', 'The escape character of LIKE must be no wildcard.')
  }
}

/** The sources of expressions for what lies between the wildcards of a pattern. */
function segmentsOf(pattern: string, escapeCharacter: string | undefined): string[] {
  const segments = ['']
  let isEscaped = false
  for (const character of pattern) {
    const wasEscaped: boolean = isEscaped
    isEscaped = !wasEscaped && character === escapeCharacter
    if (isEscaped) continue
    if (!wasEscaped && '%*'.includes(character)) segments.push('')
    else segments[segments.length - 1] += !wasEscaped && character === '?' ? '.' : literally(character)
  }
  if (isEscaped) throw sqlFault('SqlNoCharAfterEscapeChar', 'No character follows the escape character of LIKE.')
  return segments
}

/**
 * Makes a test of a LIKE pattern: `%` and `*` stand for any text, `?` for one character. Its time grows with the text and
 * no faster, since what lies between wildcards is looked for once.
 */
export function likePattern(pattern: string, escapeCharacter: string | undefined): (text: string) => boolean {
  checkEscape(escapeCharacter)
  const segments = segmentsOf(pattern, escapeCharacter)
  if (segments.length > maximumWildcards + 1) {
    throw sqlFault('SqlExceedsMaxWildCardCount', `LIKE takes at most ${maximumWildcards} wildcards.`)
  }
  if (segments.length === 1) {
    const whole = new RegExp(`^${segments[0]}$`, 'su')
    return (text) => whole.test(text)
  }
  const expressions = segments.map((segment, index) => {
    const isLast = index === segments.length - 1
    return new RegExp(isLast ? `${segment}$` : segment, index === 0 ? 'suy' : 'sug')
  })
  return (text) => {
    let at = 0
    return expressions.every((expression) => {
      expression.lastIndex = at
      const isFound = expression.test(text)
      at = expression.lastIndex
      return isFound
    })
  }
}
