import type { Client } from '../client/client.ts'
import { SerializationError, ServiceError } from '../errors.ts'
import type { InputOf, OutputOf } from '../operation.ts'
import { getObject, type headObject } from '../operations/object-basic.ts'
import type { ByteSpan } from '../transfer/byte-span.ts'
import { ObjectChangedError } from '../transfer/object-changed-error.ts'

/** Which object is read. */
export interface FileRequest
  extends Pick<InputOf<typeof headObject>, 'bucket' | 'key' | 'versionId' | 'requestPayer'> {}

/** An object as it was when it was opened. */
export interface OpenObject {
  readonly client: Client
  readonly request: FileRequest
  /** As in `oss://photos/cat.jpg?versionId=CAEQ`. */
  readonly name: string
  readonly head: OutputOf<typeof headObject>
  /** Bytes of it. */
  readonly size: number
}

/** Asks for bytes of the object as it was when it was opened, and for nothing else. A span up to its end is left open. */
export async function openRange(
  { client, request, name, head, size }: OpenObject,
  { start, end }: ByteSpan,
  signal: AbortSignal,
): Promise<AsyncIterator<Uint8Array>> {
  const range = end < size ? { start, end: end - 1 } : { start }
  const input = { ...request, range, rangeBehavior: 'standard', ifMatch: head.etag } as const
  const output = await getObject(client, input, { signal }).catch((error) => {
    throw error instanceof ServiceError && error.status === 412 ? changed(name) : error
  })
  const isOther =
    isDifferent(output.etag, head.etag) || isDifferent(output.lastModified?.getTime(), head.lastModified?.getTime())
  const [, from] = /^bytes (\d+)-/.exec(output.contentRange ?? '') ?? []
  const isElsewhere = from === undefined ? output.response.status !== 206 && start > 0 : Number(from) !== start
  if (!isOther && !isElsewhere) return output.body[Symbol.asyncIterator]()
  await output.body.cancel()
  if (isOther) throw changed(name)
  throw new SerializationError(`GetObject: asked for bytes from ${start} on, got ${output.contentRange ?? 'all'}`)
}

/** What CORS rules hide is not different. */
const isDifferent = <T>(one: T | undefined, other: T | undefined): boolean =>
  one !== undefined && other !== undefined && one !== other

const changed = (name: string): ObjectChangedError =>
  new ObjectChangedError(`read ${name}: the object was replaced since it was opened: open it again`)
