import { sqlFault } from './select-fault.ts'

const maximumWildcards = 5

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Turns a LIKE pattern into an expression: `%` and `*` stand for any text, `?` for one character. */
export function likePattern(pattern: string, escapeCharacter: string | undefined): RegExp {
  if (escapeCharacter !== undefined && escapeCharacter.length !== 1) {
    throw sqlFault('SqlOnlyOneEscapeCharIsAllowed', 'The escape character of LIKE must be a single character.')
  }
  if (escapeCharacter !== undefined && '?%*'.includes(escapeCharacter)) {
    throw sqlFault('SqlInvalidEscapeChar', 'The escape character of LIKE must be no wildcard.')
  }
  let source = ''
  let wildcards = 0
  let isEscaped = false
  for (const character of pattern) {
    const isWildcard = !isEscaped && '%*'.includes(character)
    if (isWildcard) wildcards++
    if (isEscaped) source += literally(character)
    else if (isWildcard) source += '.*'
    else if (character === '?') source += '.'
    else if (character !== escapeCharacter) source += literally(character)
    isEscaped = !isEscaped && character === escapeCharacter
  }
  if (isEscaped) throw sqlFault('SqlNoCharAfterEscapeChar', 'No character follows the escape character of LIKE.')
  if (wildcards > maximumWildcards) {
    throw sqlFault('SqlExceedsMaxWildCardCount', `LIKE takes at most ${maximumWildcards} wildcards.`)
  }
  return new RegExp(`^${source}$`, 'su')
}
