import { readExpression } from './parse-expression.ts'
import { type Expression, expressionsIn, isAggregating, type Projection, type Query } from './query.ts'
import { sqlFault } from './select-fault.ts'
import {
  describe,
  expectWord,
  isMark,
  isReserved,
  next,
  peek,
  type Reader,
  readerOf,
  readName,
  readSteps,
  skipMark,
  skipWord,
  syntaxError,
} from './sql-reader.ts'

const maximumStatement = 16 * 1024
const maximumConditions = 20
const maximumAggregates = 100

/** The last of the aliases, of which the service takes several. */
function readAlias(reader: Reader): string | undefined {
  let alias: string | undefined
  while (skipWord(reader, 'as')) alias = readName(reader)
  return alias
}

function readProjection(reader: Reader): Projection {
  const of = readExpression(reader)
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
  return token.kind === 'name' && !isReserved(token) ? readName(reader) : undefined
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
  const reader = readerOf(statement)
  expectWord(reader, 'select')
  const columns = readColumns(reader)
  expectWord(reader, 'from')
  if (readName(reader).toLowerCase() !== 'ossobject') throw syntaxError('The table of a query is OSSOBJECT.')
  const root = readSteps(reader)
  const alias = readTableAlias(reader)
  const where = skipWord(reader, 'where') ? readExpression(reader) : undefined
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
