import type { CallOptions, Client } from './client/client.ts'
import { describeDocument, readDocument } from './schema/documents.ts'
import type { Answer, Draft } from './schema/message.ts'
import type { Document, DocumentPlace, Fields, Infer, InferRead, Simplify, Values } from './schema/types.ts'

type Method = 'GET' | 'PUT' | 'POST' | 'DELETE' | 'HEAD' | 'OPTIONS'

/**
 * The request line, as the API reference writes it: `PUT /{bucket}/{key}?acl`. Names other than bucket and key are those of
 * fields in the path, as in `GET /namespaces/{tableBucketArn}/{namespace}`.
 */
export type Route = `${Method} /${string}`

/** What an operation on a bucket takes. */
export interface BucketInput {
  /** The bucket's name: 3 to 63 lowercase letters, digits and hyphens, no hyphen at either end. */
  bucket: string
}

/** What an operation on an object takes. */
export interface ObjectInput extends BucketInput {
  /** The object's key: 1 to 1023 bytes of UTF-8, with no segment that is `.` or `..`. */
  key: string
}

type RouteInput<R> = R extends `${string}{key}${string}`
  ? ObjectInput
  : R extends `${string}{bucket}${string}`
    ? BucketInput
    : {}

/** What every output carries. */
export interface Answered {
  /** The answer itself, for what no field tells. */
  response: {
    /** HTTP status. */
    status: number
    /** Every header that the runtime shows, lower-case names. */
    headers: Record<string, string>
    /** The id to give to OSS's support. Empty if the answer carried none. */
    requestId: string
  }
}

/** What an operation is, as data. */
export interface Definition {
  /** The operation's name in the OSS API reference. */
  readonly name: string
  readonly route: Route
  readonly input?: Fields
  readonly output?: Fields
  /** What those fields of the input that have no place of their own share. */
  readonly inputDocument?: DocumentPlace | undefined
  /** What those fields of the output that have no place of their own share. */
  readonly outputDocument?: DocumentPlace | undefined
  /** Which field of the next page's input is which field of this page's output; `list.next` is a member of one. */
  readonly next?: Readonly<Record<string, string | undefined>>
  /** Which field of the input limits a page. */
  readonly limit?: string
  /** The Content-Type that the operation has by itself. */
  readonly contentType?: string
  /** Whether the body, even an empty one, goes with its MD5. @default true */
  readonly contentMd5?: boolean
  /** Adds to a request what is said of documents, or of having none. */
  readonly describe?: ((draft: Draft, definition: Definition) => void) | undefined
  /** Reads the fields that share the answer's document. */
  readonly readDocument?: (answer: Answer) => Promise<Values> | undefined
}

/** One OSS operation: call it, or hand it to `paginate` and its like. */
export interface Operation<R extends Route, I extends Fields, O extends Fields> {
  (client: Client, ...args: Arguments<Simplify<RouteInput<R> & Infer<I>>>): Promise<Simplify<InferRead<O> & Answered>>
  readonly definition: Definition
}

/** An operation, whichever it is. */
export interface AnyOperation {
  (client: Client, ...args: never[]): Promise<object>
  readonly definition: Definition
}
/** What an operation takes: `InputOf<typeof putObject>`. */
export type InputOf<F extends AnyOperation> = NonNullable<Parameters<F>[1]>
/** What an operation returns: `OutputOf<typeof getObject>`. */
export type OutputOf<F extends AnyOperation> = Awaited<ReturnType<F>>

/** The input may be left out when none of it is required. */
type Arguments<Input> = {} extends Input
  ? [input?: Input, options?: CallOptions]
  : [input: Input, options?: CallOptions]

/**
 * Defines an operation. Those of OSS are defined like this, and an API that this SDK does not know yet can be in the
 * application.
 *
 * @example
 * const policyItem = struct({ policyName: required(string), callback: required(string) })
 * const putBucketCallbackPolicy = operation({
 *   name: 'PutBucketCallbackPolicy',
 *   route: 'PUT /{bucket}?policy&comp=callback',
 *   input: xml('BucketCallbackPolicy', { policyItems: required(list('PolicyItem', policyItem)) }),
 * })
 * await putBucketCallbackPolicy(client, { bucket: 'photos', policyItems: [{ policyName: 'stored', callback }] })
 */
// @__NO_SIDE_EFFECTS__
export function operation<R extends Route, I extends Fields = {}, O extends Fields = {}>({
  input,
  output,
  ...definition
}: {
  readonly name: string
  readonly route: R
  readonly input?: I | Document<I>
  readonly output?: O | Document<O>
  readonly next?: { readonly [K in keyof I]?: (keyof O & string) | `${keyof O & string}.${string}` }
  readonly limit?: keyof I & string
  readonly contentType?: string
  readonly contentMd5?: boolean
}): Operation<R, I, O> {
  const [inputFields, inputDocument] = shapeOf(input)
  const [outputFields, outputDocument] = shapeOf(output)
  return byteOperation({
    ...(definition as Definition),
    input: inputFields,
    output: outputFields,
    inputDocument,
    outputDocument,
    describe: describeDocument,
    readDocument,
  }) as unknown as Operation<R, I, O>
}

/** Tells a document from fields of which one may be called `document`. */
function shapeOf<F extends Fields>(shape: F | Document<F> = {} as F): [F, DocumentPlace?] {
  const { document, fields } = shape as Partial<Document<F>>
  return document?.write && fields ? [fields, document] : [shape as F]
}

/**
 * Defines an operation whose body, if any, is the caller's bytes: what describes it is in its fields, nothing is added, and
 * a page that has only such operations has no code for documents.
 */
// @__NO_SIDE_EFFECTS__
export function byteOperation<R extends Route, I extends Fields, O extends Fields>(
  definition: Definition & { readonly route: R; readonly input: I; readonly output: O },
): Operation<R, I, O> {
  const call = (client: Client, input: Values = {}, options: CallOptions = {}): Promise<Values> =>
    client.send(definition, input, options)
  return Object.assign(call, { definition }) as unknown as Operation<R, I, O>
}
