import type { CallOptions, Client } from './client/client.ts'
import { SerializationError } from './errors.ts'
import { mapValues } from './map-values.ts'
import type { AnyOperation, Definition, InputOf, OutputOf } from './operation.ts'
import type { Values } from './schema/types.ts'

/** How the pages of a listing are asked for. */
export interface PaginateOptions extends CallOptions {
  /** Items on one page at most. @default the service's, 100 for objects and 1000 for parts and uploads */
  limit?: number | undefined
}

/**
 * Yields one page after another until OSS has no more. Leaving the loop asks for nothing further.
 *
 * To go on later, keep the marker of the last page and give it as input again. A listing that OSS gives in one piece is one page.
 *
 * @example
 * for await (const { contents } of paginate(client, listObjectsV2, { bucket: 'photos', prefix: 'cats/' })) …
 *
 * @example
 * const fromThere = { bucket: 'photos', continuationToken: nextContinuationToken }
 * for await (const { contents } of paginate(client, listObjectsV2, fromThere, { limit: 1000 })) …
 */
export async function* paginate<F extends AnyOperation>(
  client: Client,
  operation: F,
  input: InputOf<F>,
  options: PaginateOptions = {},
): AsyncGenerator<OutputOf<F>, void, undefined> {
  const { next = {}, limit, name } = operation.definition
  let asked = input as Values
  if (limit && options.limit !== undefined) asked = { ...asked, [limit]: options.limit }
  for (;;) {
    const page = await client.send(operation.definition, asked, options)
    yield page as OutputOf<F>
    const markers = mapValues(next, (from) => memberAt(page, from!))
    const hasMarker = Object.values(markers).some(Boolean)
    if (!(isTruncated(page, next) ?? hasMarker)) return
    if (!hasMarker) {
      throw new SerializationError(`${name}: OSS says that there is more, but not where it begins`)
    }
    if (Object.entries(markers).every(([name, marker]) => String(marker) === String(asked[name]))) {
      throw new SerializationError(`${name}: OSS says that there is more, and that it begins where this page did`)
    }
    asked = { ...asked, ...markers }
  }
}

const memberAt = (page: Values, path: string): unknown =>
  path.split('.').reduce<unknown>((parent, name) => (parent as Values | undefined)?.[name], page)

/** Told beside the marker. */
const isTruncated = (page: Values, next: NonNullable<Definition['next']>): unknown =>
  memberAt(page, (Object.values(next)[0] ?? '').replace(/[^.]*$/, 'isTruncated'))
