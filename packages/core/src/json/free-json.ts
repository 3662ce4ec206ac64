import type { Scalar } from '../schema/types.ts'

const anything: Scalar<unknown> = {
  parse: JSON.parse,
  format(value) {
    const text = JSON.stringify(value) as string | undefined
    if (text === undefined) throw new Error(`expected JSON, got a ${typeof value}`)
    return text
  },
}

/** Any JSON, as it is. The type says what to expect; nothing checks it. */
// @__NO_SIDE_EFFECTS__
export function freeJson<T = unknown>(): Scalar<T> {
  return anything as Scalar<T>
}

/** `required(…)` makes a copy, so it is told by what it does. */
export const isFreeJson = (shape: Scalar<unknown>): boolean => shape.parse === anything.parse
