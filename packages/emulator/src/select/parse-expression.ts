import { likePattern } from './like-pattern.ts'
import {
  type AggregateName,
  type Arithmetic,
  type CastType,
  type Comparison,
  type Expression,
  everyChild,
} from './query.ts'
import { sqlFault } from './select-fault.ts'
import {
  describe,
  expectMark,
  expectWord,
  isMark,
  nested,
  next,
  peek,
  type Reader,
  readName,
  readSteps,
  readText,
  skipMark,
  skipWord,
  syntaxError,
} from './sql-reader.ts'

const maximumInValues = 1024

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
const comparisons: Readonly<Record<string, Comparison>> = {
  '=': '=',
  '!=': '!=',
  '<>': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
}

function readColumn(reader: Reader): Expression {
  const path = [readName(reader), ...readSteps(reader)]
  if (path.includes(everyChild)) {
    throw sqlFault('WildCardNotAllowed', 'Columns and conditions must not contain [*].')
  }
  return { kind: 'column', path }
}

function readCast(reader: Reader): Expression {
  const of = nested(reader, readExpression)
  expectWord(reader, 'as')
  const name = readName(reader).toLowerCase()
  const type = castTypes[name]
  if (type === undefined) throw syntaxError(`CAST knows no type ${name}.`)
  const format = skipWord(reader, 'format') ? readText(reader) : undefined
  expectMark(reader, ')')
  return { kind: 'cast', of, type, ...(format !== undefined && { format }) }
}

function readAggregate(reader: Reader, name: AggregateName): Expression {
  const isOfRows = skipMark(reader, '*')
  if (isOfRows !== (name === 'count')) throw syntaxError('COUNT takes an asterisk, and other functions a column.')
  const of = isOfRows ? undefined : nested(reader, readExpression)
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
    const inner = nested(reader, readExpression)
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

/** Reads an expression, the loosest operator first. */
export function readExpression(reader: Reader): Expression {
  let left = readAnd(reader)
  while (skipWord(reader, 'or')) {
    checkBoolean('SqlInvalidOrOperand', left)
    left = { kind: 'or', left, right: checkBoolean('SqlInvalidOrOperand', readAnd(reader)) }
  }
  return left
}
