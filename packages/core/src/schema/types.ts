/**
 * What a schema is made of. One line per field says three things at once: its TypeScript type, where it travels, and the
 * name it travels under. Everything here is data; only a {@link Place} can do something.
 */
import type { Answer, Draft } from './message.ts'

/** Carries a TypeScript type. The property never exists at run time. */
export interface Typed<T> {
  readonly '~type'?: T
}

/** One value that travels as text: in a header, in a query parameter, in an XML element, as a JSON value. */
export interface Scalar<T> extends Typed<T> {
  /** Reads the text; undefined if it says nothing. */
  parse(text: string): T | undefined
  /** Writes the value. Throws an Error whose message tells what would have been right. */
  format(value: T): string
}

/** A record with named members. */
export interface Struct<F extends Fields> extends Typed<Infer<F>> {
  readonly fields: F
}

/** A value that repeats. */
export interface List<S> extends Typed<TypeOf<S>[]> {
  readonly path: string
  readonly item: S
}

/** Values of one kind, under names that the schema does not know. */
export interface Dictionary<S> extends Typed<Record<string, TypeOf<S>>> {
  readonly values: S
}

/** A member under a name of its own. */
export interface Element<S> extends Typed<TypeOf<S>> {
  readonly element: string
  readonly type: S
}

/** Where a field travels, and how it gets there and back. */
export interface Place {
  /** Lays a value over the request. */
  write?(draft: Draft, field: Placed<unknown>, value: unknown, key: string): void
  /** Prepares a request for an output field. */
  prepare?(draft: Draft): void
  /** Takes a value from the answer. */
  read?(answer: Answer, field: Placed<unknown>): unknown
}

/** A field that travels somewhere: in a header, in the query, as the body. */
export interface Placed<T> extends Typed<T> {
  readonly at: Place
  /** The header, query parameter or root element. */
  readonly name: string
  readonly type?: Scalar<unknown> | Struct<Fields>
  /** The value when the caller gave none. Throws a ValidationError where there must be one. */
  readonly fallback?: ((input: Values, name: string) => Promise<string> | undefined) | undefined
  /** The input field without which an output field is left alone. */
  readonly when?: string
}

/** Marks a field that is always there. */
export interface Required {
  readonly required: true
  /** Another field of the input that may stand in its place. */
  readonly unless?: string | undefined
}

/** What can stand inside a document. */
export type Member =
  | Scalar<unknown>
  | Struct<Fields>
  | List<Scalar<unknown> | Struct<Fields> | Typed<unknown>>
  | Dictionary<Scalar<unknown>>
  | Element<unknown>
export type Field = Member | Placed<unknown>
/** Fields by their names. */
export interface Fields {
  readonly [name: string]: Typed<unknown>
}

/** Fields of which those without a place share one document as the body. */
export interface Document<F extends Fields> {
  readonly document: DocumentPlace
  readonly fields: F
}

/** How a document becomes a body and a body a document. */
export interface DocumentPlace {
  write(draft: Draft, fields: Fields, values: Values): void
  prepare(draft: Draft): void
  read(answer: Answer, fields: Fields): Promise<Values>
}

/** Values by field name, before their types are known. */
export type Values = Record<string, unknown>

/** The TypeScript type of whatever a schema describes. */
export type TypeOf<S> = S extends Typed<infer T> ? T : never

/** The object type of some fields. Mapping over `keyof F` is what carries each field's doc comment to its users. */
export type Infer<F extends Fields> = Simplify<
  { -readonly [K in keyof F as F[K] extends Required ? K : never]: TypeOf<F[K]> } & {
    -readonly [K in keyof F as F[K] extends Required ? never : K]?: TypeOf<F[K]> | undefined
  }
>

/** The object type of fields that were read: every list is there, if only as an empty one. */
export type InferRead<F extends Fields> = Simplify<
  { -readonly [K in keyof F as F[K] extends Required | AnyList ? K : never]: ReadOf<F[K]> } & {
    -readonly [K in keyof F as F[K] extends Required | AnyList ? never : K]?: ReadOf<F[K]> | undefined
  }
>

type AnyList = List<Typed<unknown>>

/** Only what schemas describe is completed: a scalar, or a place that reads something else, may hold any type. */
type ReadOf<S> = S extends List<Scalar<unknown>> | { readonly type: Scalar<unknown> }
  ? TypeOf<S>
  : S extends Struct<Fields> | AnyList | { readonly type: Typed<unknown> }
    ? Read<TypeOf<S>>
    : TypeOf<S>

/** A shape as it is read. One without lists that may be missing stays what it is, by its own name. */
type Read<T> = [Gaps<T>] extends [never]
  ? T
  : T extends readonly (infer Item)[]
    ? Read<Item>[]
    : T extends object
      ? Complete<T>
      : T

/** A shape whose lists are all there, however deep; where OSS has none, they are empty. */
export type Complete<T> = {
  [K in keyof T as NonNullable<T[K]> extends readonly unknown[] ? K : never]-?: Read<NonNullable<T[K]>>
} & {
  [K in keyof T as NonNullable<T[K]> extends readonly unknown[] ? never : K]: Read<T[K]>
}

/** Which members of a shape are lists that may be missing, or have such in them. */
type Gaps<T> = T extends (...args: never[]) => unknown
  ? never
  : T extends readonly (infer Item)[]
    ? Gaps<Item>
    : T extends object
      ? { [K in keyof T]-?: [OptionalList<T[K]> | Gaps<NonNullable<T[K]>>] extends [never] ? never : K }[keyof T]
      : never

type OptionalList<T> = undefined extends T ? Extract<T, readonly unknown[]> : never

export type Simplify<T> = { [K in keyof T]: T[K] } & {}
