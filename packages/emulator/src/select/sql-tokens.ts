import { sqlFault } from './select-fault.ts'

/** A word of a query. */
export interface Token {
  readonly kind: 'name' | 'quotedName' | 'text' | 'number' | 'mark' | 'end'
  readonly text: string
}

const patterns: readonly (readonly [kind: Token['kind'], pattern: RegExp])[] = [
  ['number', /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+/y],
  ['name', /[\p{L}_][\p{L}\p{N}_$]*/uy],
  ['quotedName', /"(?:[^"]|"")+"/y],
  ['text', /'(?:[^']|'')*'/y],
  ['mark', /\|\||<>|!=|<=|>=|[=<>+\-*/%(),.[\]]/y],
]

const quoteOf: Partial<Record<Token['kind'], string>> = { quotedName: '"', text: "'" }

function tokenAt(sql: string, at: number): { token: Token; end: number } {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at
    const found = pattern.exec(sql)?.[0]
    if (found === undefined) continue
    const quote = quoteOf[kind]
    const text = quote === undefined ? found : found.slice(1, -1).replaceAll(quote + quote, quote)
    return { token: { kind, text }, end: at + found.length }
  }
  throw sqlFault('SqlSyntaxError', `Unexpected character at the position ${at + 1} of the SQL statement.`)
}

/** Takes a query apart. The service overlooks a quote at its very end. */
export function tokensOf(statement: string): Token[] {
  const trimmed = statement.trim().replace(/;$/, '')
  const isQuoteLeft = trimmed.endsWith("'") && trimmed.split("'").length % 2 === 0
  const sql = isQuoteLeft ? trimmed.slice(0, -1) : trimmed
  const tokens: Token[] = []
  let at = 0
  while (at < sql.length) {
    if (/\s/.test(sql[at]!)) {
      at++
      continue
    }
    const { token, end } = tokenAt(sql, at)
    tokens.push(token)
    at = end
  }
  return [...tokens, { kind: 'end', text: '' }]
}
