import { everyChild, type Step } from './query.ts'
import { sqlFault } from './select-fault.ts'
import { type Token, tokensOf } from './sql-tokens.ts'

const maximumNameSize = 1024
const maximumDepth = 10
const maximumNesting = 20

/** Names that begin what follows, and are no aliases. */
const reserved = [
  'select',
  'from',
  'where',
  'limit',
  'and',
  'or',
  'not',
  'in',
  'is',
  'like',
  'between',
  'as',
  'group',
  'order',
  'having',
  'join',
  'on',
]

/** Whether a token is a keyword, which can be no alias. */
export const isReserved = (token: Token): boolean =>
  token.kind === 'name' && reserved.includes(token.text.toLowerCase())

/** 400 for a statement that breaks the grammar. */
export const syntaxError = (message: string): Error => sqlFault('SqlSyntaxError', message)

/** The tokens of a statement, and how far they are read. */
export interface Reader {
  readonly tokens: readonly Token[]
  at: number
  /** How many parentheses, negations and signs are open. */
  depth: number
}

/** Reads what is nested one level deeper. */
export function nested<T>(reader: Reader, read: (reader: Reader) => T): T {
  if (reader.depth >= maximumNesting) {
    throw sqlFault('SqlExceedsMaxConditionDepth', 'The SQL statement is nested too deeply.')
  }
  reader.depth++
  const result = read(reader)
  reader.depth--
  return result
}

/** The next token, or one behind it. */
export const peek = ({ tokens, at }: Reader, ahead = 0): Token => tokens[Math.min(at + ahead, tokens.length - 1)]!

const isWord = (token: Token, word: string): boolean => token.kind === 'name' && token.text.toLowerCase() === word

/** Whether a token is a mark such as `(`. */
export const isMark = (token: Token, mark: string): boolean => token.kind === 'mark' && token.text === mark

/** Takes the next token. */
export function next(reader: Reader): Token {
  const token = peek(reader)
  reader.at++
  return token
}

/** Takes the next token if it is a keyword. */
export function skipWord(reader: Reader, word: string): boolean {
  const isThere = isWord(peek(reader), word)
  if (isThere) reader.at++
  return isThere
}

/** Takes the next token if it is a mark. */
export function skipMark(reader: Reader, mark: string): boolean {
  const isThere = isMark(peek(reader), mark)
  if (isThere) reader.at++
  return isThere
}

/** A token as messages show it. */
export const describe = (token: Token): string => (token.kind === 'end' ? 'its end' : `'${token.text}'`)

/** Takes a keyword, or throws 400. */
export function expectWord(reader: Reader, word: string): void {
  if (!skipWord(reader, word)) {
    throw syntaxError(`Expected ${word.toUpperCase()} in the SQL statement before ${describe(peek(reader))}.`)
  }
}

/** Takes a mark, or throws 400. */
export function expectMark(reader: Reader, mark: string): void {
  if (!skipMark(reader, mark)) {
    throw syntaxError(`Expected '${mark}' in the SQL statement before ${describe(peek(reader))}.`)
  }
}

/** Takes a name that is no keyword. */
export function readName(reader: Reader): string {
  const token = next(reader)
  const isName = token.kind === 'quotedName' || (token.kind === 'name' && !isReserved(token))
  if (!isName) throw syntaxError(`Expected a name in the SQL statement, got ${describe(token)}.`)
  if (Buffer.byteLength(token.text) > maximumNameSize) {
    throw sqlFault('SqlExceedsMaxColumnNameLength', `Names of columns have at most ${maximumNameSize} bytes.`)
  }
  return token.text
}

/** Takes a text in quotes. */
export function readText(reader: Reader): string {
  const token = next(reader)
  if (token.kind !== 'text') throw syntaxError(`Expected a text, got ${describe(token)}.`)
  return token.text
}

/** The step in brackets: `[0]`, `[*]` or `['name']`. */
function readBracket(reader: Reader): Step {
  if (isMark(peek(reader), '-')) throw sqlFault('NegativeRowIndex', 'The index of an element must not be negative.')
  const token = next(reader)
  expectMark(reader, ']')
  if (isMark(token, '*')) return everyChild
  if (token.kind === 'text' || token.kind === 'quotedName') return token.text
  if (token.kind === 'number' && /^\d+$/.test(token.text)) return Number(token.text)
  throw syntaxError(`Expected an index in brackets, got ${describe(token)}.`)
}

/** The steps that follow a name. */
export function readSteps(reader: Reader): Step[] {
  const steps: Step[] = []
  for (;;) {
    if (skipMark(reader, '[')) steps.push(readBracket(reader))
    else if (skipMark(reader, '.')) steps.push(readKey(reader))
    else return checkedDepth(steps)
  }
}

function readKey(reader: Reader): Step {
  const token = next(reader)
  if (isMark(token, '*')) return everyChild
  if (token.kind === 'end' || token.kind === 'mark') throw syntaxError(`Expected a key, got ${describe(token)}.`)
  return token.text
}

function checkedDepth(steps: Step[]): Step[] {
  if (steps.length <= maximumDepth) return steps
  throw sqlFault('ExceedsMaxNestedColumnDepth', `Paths have at most ${maximumDepth} levels.`)
}

/** Begins to read a statement. */
export const readerOf = (statement: string): Reader => ({ tokens: tokensOf(statement), at: 0, depth: 0 })
