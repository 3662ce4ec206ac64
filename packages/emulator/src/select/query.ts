/** A step into a JSON value: a key, an element, or every child. */
export type Step = string | number | typeof everyChild

/** Stands for `[*]`. */
export const everyChild = Symbol('every child')

export type CastType = 'int' | 'double' | 'decimal' | 'string' | 'bool' | 'timestamp'
export type AggregateName = 'count' | 'sum' | 'avg' | 'min' | 'max'
export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>='
export type Arithmetic = '+' | '-' | '*' | '/' | '%' | '||'

/** What a query works with where a value stands. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'column'; readonly path: readonly Step[] }
  | { readonly kind: 'cast'; readonly of: Expression; readonly type: CastType; readonly format?: string }
  | { readonly kind: 'aggregate'; readonly name: AggregateName; readonly of?: Expression }
  | { readonly kind: 'arithmetic'; readonly by: Arithmetic; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'compare'; readonly by: Comparison; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'isNull'; readonly of: Expression }
  | { readonly kind: 'in'; readonly of: Expression; readonly values: readonly Expression[] }
  | { readonly kind: 'between'; readonly of: Expression; readonly from: Expression; readonly to: Expression }
  | { readonly kind: 'like'; readonly of: Expression; readonly matches: (text: string) => boolean }

/** A column of the output. */
export interface Projection {
  readonly of: Expression
  readonly alias?: string
}

/** A query that was understood. */
export interface Query {
  readonly columns: '*' | readonly Projection[]
  /** Where in a JSON object the records are. */
  readonly root: readonly Step[]
  readonly where?: Expression
  readonly limit?: number
}

/** The expressions in an expression, itself included. */
export function* expressionsIn(expression: Expression): Iterable<Expression> {
  yield expression
  if ('of' in expression && expression.of !== undefined) yield* expressionsIn(expression.of)
  if ('left' in expression) yield* expressionsIn(expression.left)
  if ('right' in expression) yield* expressionsIn(expression.right)
  if (expression.kind === 'in') for (const value of expression.values) yield* expressionsIn(value)
  if (expression.kind === 'between') {
    yield* expressionsIn(expression.from)
    yield* expressionsIn(expression.to)
  }
}

/** Whether a query counts or sums up. */
export const isAggregating = ({ columns }: Query): boolean =>
  columns !== '*' && columns.some(({ of }) => of.kind === 'aggregate')
