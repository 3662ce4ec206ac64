import { likePattern } from './like-pattern.ts'
import {
  type AggregateName,
  type Arithmetic,
  type CastType,
  type Comparison,
  type Expression,
  everyChild,
  expressionsIn,
  isAggregating,
  type Projection,
  type Query,
  type Step,
} from './query.ts'
import { sqlFault } from './select-fault.ts'
import { type Token, tokensOf } from './sql-tokens.ts'

const maximumStatement = 16 * 1024
const maximumInValues = 1024
const maximumConditions = 20
const maximumAggregates = 100
const maximumNameSize = 1024
const maximumDepth = 10
const maximumNesting = 20

const castTypes: Readonly<Record<string, CastType>> = {
  int: 'int',
  integer: 'int',
  bigint: 'int',
  double: 'double',
  float: 'double',
  decimal: 'decimal',
  string: 'string',
  varchar: 'string',
  bool: 'bool',
  boolean: 'bool',
  timestamp: 'timestamp',
}
const aggregateNames = ['count', 'sum', 'avg', 'min', 'max']
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
const comparisons: Readonly<Record<string, Comparison>> = {
  '=': '=',
  '!=': '!=',
  '<>': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
}

const syntaxError = (message: string): Error => sqlFault('SqlSyntaxError', message)

/** The tokens of a statement, and how far they are read. */
interface Reader {
  readonly tokens: readonly Token[]
  at: number
  /** How many parentheses, negations and signs are open. */
  depth: number
}

/** Reads what is nested one level deeper. */
function nested<T>(reader: Reader, read: (reader: Reader) => T): T {
  if (reader.depth >= maximumNesting) {
    throw sqlFault('SqlExceedsMaxConditionDepth', 'The SQL statement is nested too deeply.')
  }
  reader.depth++
  const result = read(reader)
  reader.depth--
  return result
}

const peek = ({ tokens, at }: Reader, ahead = 0): Token => tokens[Math.min(at + ahead, tokens.length - 1)]!

const isWord = (token: Token, word: string): boolean => token.kind === 'name' && token.text.toLowerCase() === word
const isMark = (token: Token, mark: string): boolean => token.kind === 'mark' && token.text === mark

function next(reader: Reader): Token {
  const token = peek(reader)
  reader.at++
  return token
}

function skipWord(reader: Reader, word: string): boolean {
  const isThere = isWord(peek(reader), word)
  if (isThere) reader.at++
  return isThere
}

function skipMark(reader: Reader, mark: string): boolean {
  const isThere = isMark(peek(reader), mark)
  if (isThere) reader.at++
  return isThere
}

const describe = (token: Token): string => (token.kind === 'end' ? 'its end' : `'${token.text}'`)

function expectWord(reader: Reader, word: string): void {
  if (!skipWord(reader, word)) {
    throw syntaxError(`Expected ${word.toUpperCase()} in the SQL statement before ${describe(peek(reader))}.`)
  }
}

function expectMark(reader: Reader, mark: string): void {
  if (!skipMark(reader, mark)) {
    throw syntaxError(`Expected '${mark}' in the SQL statement before ${describe(peek(reader))}.`)
  }
}

function readName(reader: Reader): string {
  const token = next(reader)
  const isName = token.kind === 'quotedName' || (token.kind === 'name' && !reserved.includes(token.text.toLowerCase()))
  if (!isName) throw syntaxError(`Expected a name in the SQL statement, got ${describe(token)}.`)
  if (Buffer.byteLength(token.text) > maximumNameSize) {
    throw sqlFault('SqlExceedsMaxColumnNameLength', `Names of columns have at most ${maximumNameSize} bytes.`)
  }
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
function readSteps(reader: Reader): Step[] {
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

function readColumn(reader: Reader): Expression {
  const path = [readName(reader), ...readSteps(reader)]
  if (path.includes(everyChild)) {
    throw sqlFault('WildCardNotAllowed', 'Columns and conditions must not contain [*].')
  }
  return { kind: 'column', path }
}

function readCast(reader: Reader): Expression {
  const of = nested(reader, readOr)
  expectWord(reader, 'as')
  const name = readName(reader).toLowerCase()
  const type = castTypes[name]
  if (type === undefined) throw syntaxError(`CAST knows no type ${name}.`)
  const format = skipWord(reader, 'format') ? readText(reader) : undefined
  expectMark(reader, ')')
  return { kind: 'cast', of, type, ...(format !== undefined && { format }) }
}

function readText(reader: Reader): string {
  const token = next(reader)
  if (token.kind !== 'text') throw syntaxError(`Expected a text, got ${describe(token)}.`)
  return token.text
}

function readAggregate(reader: Reader, name: AggregateName): Expression {
  const isOfRows = skipMark(reader, '*')
  if (isOfRows !== (name === 'count')) throw syntaxError('COUNT takes an asterisk, and other functions a column.')
  const of = isOfRows ? undefined : nested(reader, readOr)
  expectMark(reader, ')')
  return { kind: 'aggregate', name, ...(of && { of }) }
}

function readFunction(reader: Reader): Expression {
  const name = next(reader).text.toLowerCase()
  expectMark(reader, '(')
  if (name === 'cast') return readCast(reader)
  if (aggregateNames.includes(name)) return readAggregate(reader, name as AggregateName)
  throw syntaxError(`There is no function ${name}.`)
}

const words: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null }

function readPrimary(reader: Reader): Expression {
  const token = peek(reader)
  if (skipMark(reader, '(')) {
    const inner = nested(reader, readOr)
    expectMark(reader, ')')
    return inner
  }
  if (token.kind === 'text') return { kind: 'literal', value: next(reader).text }
  if (token.kind === 'number') return { kind: 'literal', value: Number(next(reader).text) }
  if (token.kind === 'name' && isMark(peek(reader, 1), '(')) return readFunction(reader)
  const word = token.kind === 'name' ? words[token.text.toLowerCase()] : undefined
  if (word === undefined) return readColumn(reader)
  reader.at++
  return { kind: 'literal', value: word }
}

const zero: Expression = { kind: 'literal', value: 0 }

function readSigned(reader: Reader): Expression {
  if (skipMark(reader, '+')) return nested(reader, readSigned)
  if (!skipMark(reader, '-')) return readPrimary(reader)
  const of = nested(reader, readSigned)
  if (of.kind === 'literal' && typeof of.value === 'number') return { kind: 'literal', value: -of.value }
  return { kind: 'arithmetic', by: '-', left: zero, right: of }
}

/** Reads operands that operators of one precedence join, from left to right. */
function readJoined(reader: Reader, operators: readonly string[], readOperand: (reader: Reader) => Expression) {
  let left = readOperand(reader)
  while (operators.some((operator) => isMark(peek(reader), operator))) {
    const by = next(reader).text as Arithmetic
    const right = readOperand(reader)
    if (by === '||' && left.kind === 'literal' && right.kind === 'literal') {
      throw sqlFault('SqlInvalidConcatOperand', 'Two constants cannot be joined.')
    }
    left = { kind: 'arithmetic', by, left, right }
  }
  return left
}

const readProduct = (reader: Reader): Expression => readJoined(reader, ['*', '/', '%'], readSigned)
const readSum = (reader: Reader): Expression => readJoined(reader, ['+', '-', '||'], readProduct)

const negated = (expression: Expression, isNegated: boolean): Expression =>
  isNegated ? { kind: 'not', of: expression } : expression

function readIn(reader: Reader, of: Expression): Expression {
  expectMark(reader, '(')
  const values = [readSum(reader)]
  while (skipMark(reader, ',')) values.push(readSum(reader))
  expectMark(reader, ')')
  if (values.length > maximumInValues) {
    throw sqlFault('SqlExceedsMaxInCount', `IN takes at most ${maximumInValues} values.`)
  }
  const types = values.flatMap((value) =>
    value.kind === 'literal' && value.value !== null ? [typeof value.value] : [],
  )
  if (new Set(types).size > 1) throw sqlFault('SqlValueTypeOfInMustBeSame', 'The values of IN must be of one type.')
  return { kind: 'in', of, values }
}

function readLike(reader: Reader, of: Expression): Expression {
  if (of.kind === 'literal') throw sqlFault('SqlInvalidLikeOperand', 'LIKE needs a column on its left.')
  if (peek(reader).kind !== 'text') throw sqlFault('SqlInvalidLikeOperand', 'LIKE needs a text on its right.')
  const pattern = readText(reader)
  const escapeCharacter = skipWord(reader, 'escape') ? readText(reader) : undefined
  return { kind: 'like', of, matches: likePattern(pattern, escapeCharacter) }
}

function readIs(reader: Reader, of: Expression): Expression {
  const isNegated = skipWord(reader, 'not')
  expectWord(reader, 'null')
  if (of.kind === 'literal') throw sqlFault('SqlInvalidIsNullOperand', 'IS NULL needs a column on its left.')
  return negated({ kind: 'isNull', of }, isNegated)
}

function readBetween(reader: Reader, of: Expression): Expression {
  const from = readSum(reader)
  expectWord(reader, 'and')
  return { kind: 'between', of, from, to: readSum(reader) }
}

function readCondition(reader: Reader): Expression {
  const left = readSum(reader)
  const by = peek(reader).kind === 'mark' ? comparisons[peek(reader).text] : undefined
  if (by !== undefined) {
    reader.at++
    return { kind: 'compare', by, left, right: readSum(reader) }
  }
  if (skipWord(reader, 'is')) return readIs(reader, left)
  const isNegated = skipWord(reader, 'not')
  if (skipWord(reader, 'in')) return negated(readIn(reader, left), isNegated)
  if (skipWord(reader, 'like')) return negated(readLike(reader, left), isNegated)
  if (skipWord(reader, 'between')) return negated(readBetween(reader, left), isNegated)
  if (isNegated) throw syntaxError(`Unexpected ${describe(peek(reader))} after NOT.`)
  return left
}

const isBoolean = (expression: Expression): boolean =>
  !['arithmetic', 'aggregate'].includes(expression.kind) &&
  !(expression.kind === 'literal' && typeof expression.value !== 'boolean')

function checkBoolean(code: string, expression: Expression): Expression {
  if (isBoolean(expression)) return expression
  throw sqlFault(code, 'A logical operator joins what is no condition.')
}

function readNot(reader: Reader): Expression {
  if (!skipWord(reader, 'not')) return readCondition(reader)
  return { kind: 'not', of: checkBoolean('SqlInvalidNotOperand', nested(reader, readNot)) }
}

function readAnd(reader: Reader): Expression {
  let left = readNot(reader)
  while (skipWord(reader, 'and')) {
    checkBoolean('SqlInvalidAndOperand', left)
    left = { kind: 'and', left, right: checkBoolean('SqlInvalidAndOperand', readNot(reader)) }
  }
  return left
}

function readOr(reader: Reader): Expression {
  let left = readAnd(reader)
  while (skipWord(reader, 'or')) {
    checkBoolean('SqlInvalidOrOperand', left)
    left = { kind: 'or', left, right: checkBoolean('SqlInvalidOrOperand', readAnd(reader)) }
  }
  return left
}

/** The last of the aliases, of which the service takes several. */
function readAlias(reader: Reader): string | undefined {
  let alias: string | undefined
  while (skipWord(reader, 'as')) alias = readName(reader)
  return alias
}

function readProjection(reader: Reader): Projection {
  const of = readOr(reader)
  if (!['column', 'cast', 'aggregate'].includes(of.kind)) {
    throw syntaxError('SELECT takes columns, CAST and aggregate functions only.')
  }
  const alias = readAlias(reader)
  return { of, ...(alias !== undefined && { alias }) }
}

function readColumns(reader: Reader): Query['columns'] {
  if (skipMark(reader, '*')) {
    if (isMark(peek(reader), ',')) throw mixedStar()
    return '*'
  }
  const columns = [readProjection(reader)]
  while (skipMark(reader, ',')) {
    if (isMark(peek(reader), '*')) throw mixedStar()
    columns.push(readProjection(reader))
  }
  return columns
}

const mixedStar = (): Error =>
  sqlFault('SqlInvalidMixOfStarAndColumn', 'An asterisk and columns cannot be selected together.')

function readTableAlias(reader: Reader): string | undefined {
  const alias = readAlias(reader)
  if (alias !== undefined) return alias
  const token = peek(reader)
  const isAlias = token.kind === 'name' && !reserved.includes(token.text.toLowerCase())
  return isAlias ? readName(reader) : undefined
}

function readLimit(reader: Reader): number | undefined {
  if (!skipWord(reader, 'limit')) return undefined
  const { kind, text } = next(reader)
  if (kind === 'number' && /^\d+$/.test(text) && Number(text) >= 1) return Number(text)
  throw sqlFault('SqlInvalidLimitValue', 'The limit must be an integer of at least 1.')
}

/** Takes the name of the table off the paths of columns. */
function relative(expression: Expression, table: readonly string[]): Expression {
  if (expression.kind === 'literal') return expression
  if (expression.kind === 'column') {
    const [first, ...rest] = expression.path
    const isTable = typeof first === 'string' && table.includes(first.toLowerCase())
    return isTable ? { kind: 'column', path: rest } : expression
  }
  const part = (inner: Expression): Expression => relative(inner, table)
  return {
    ...expression,
    ...('of' in expression && expression.of !== undefined && { of: part(expression.of) }),
    ...('left' in expression && { left: part(expression.left), right: part(expression.right) }),
    ...('values' in expression && { values: expression.values.map(part) }),
    ...('from' in expression && { from: part(expression.from), to: part(expression.to) }),
  } as Expression
}

const conditionKinds = ['compare', 'in', 'between', 'like', 'isNull']

function checkWhere(where: Expression): void {
  const parts = [...expressionsIn(where)]
  if (parts.some(({ kind }) => kind === 'aggregate')) throw syntaxError('WHERE takes no aggregate functions.')
  if (parts.filter(({ kind }) => conditionKinds.includes(kind)).length > maximumConditions) {
    throw sqlFault('SqlExceedsMaxConditionCount', `WHERE takes at most ${maximumConditions} conditions.`)
  }
}

function checkColumns(query: Query): void {
  if (query.columns === '*') return
  const aggregates = query.columns.filter(({ of }) => of.kind === 'aggregate').length
  if (isAggregating(query) && aggregates < query.columns.length) {
    throw sqlFault(
      'SqlInvalidMixOfAggregationAndColumn',
      'Columns and aggregate functions cannot be selected together.',
    )
  }
  if (aggregates > maximumAggregates) {
    throw sqlFault('SqlExceedsMaxAggregationCount', `SELECT takes at most ${maximumAggregates} aggregate functions.`)
  }
}

/** Reads a query. Throws 400 with the code of what is wrong with it. */
export function parseQuery(statement: string): Query {
  if (statement.trim() === '' || Buffer.byteLength(statement) > maximumStatement) {
    throw sqlFault('InvalidSqlParameter', 'The SQL statement is empty or too long.')
  }
  const reader: Reader = { tokens: tokensOf(statement), at: 0, depth: 0 }
  expectWord(reader, 'select')
  const columns = readColumns(reader)
  expectWord(reader, 'from')
  if (readName(reader).toLowerCase() !== 'ossobject') throw syntaxError('The table of a query is OSSOBJECT.')
  const root = readSteps(reader)
  const alias = readTableAlias(reader)
  const where = skipWord(reader, 'where') ? readOr(reader) : undefined
  const limit = readLimit(reader)
  if (peek(reader).kind !== 'end') throw syntaxError(`Unexpected ${describe(peek(reader))} in the SQL statement.`)
  const table = ['ossobject', ...(alias === undefined ? [] : [alias.toLowerCase()])]
  const query: Query = {
    columns: columns === '*' ? '*' : columns.map((column) => ({ ...column, of: relative(column.of, table) })),
    root,
    ...(where !== undefined && { where: relative(where, table) }),
    ...(limit !== undefined && { limit }),
  }
  if (where !== undefined) checkWhere(where)
  checkColumns(query)
  return query
}
