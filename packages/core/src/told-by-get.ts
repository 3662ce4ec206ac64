import type { CallOptions, Client } from './client/client.ts'
import { ServiceError } from './errors.ts'
import type { AnyOperation } from './operation.ts'
import type { getObject } from './operations/object-basic.ts'
import type { Values } from './schema/types.ts'

/**
 * A HEAD that tells why it was refused. OSS says so in a header, which a page sees only if the bucket's CORS rules expose
 * `x-oss-err`. The answer to a GET of the first byte says it in its body; if that succeeds, the clock or the credentials were
 * set right on the way, and the HEAD is sent again.
 */
// @__NO_SIDE_EFFECTS__
export function toldByGet<F extends AnyOperation>(head: F, get: typeof getObject): F {
  const { definition } = head
  const call = async (client: Client, input: Values, options: CallOptions = {}): Promise<Values> => {
    try {
      return await client.send(definition, input, options)
    } catch (error) {
      if (!isHidden(error)) throw error
      await askByGet(get, definition.name, client, input, options)
      return client.send(definition, input, options)
    }
  }
  return Object.assign(call, { definition }) as unknown as F
}

const isHidden = (error: unknown): boolean =>
  error instanceof ServiceError && error.code === 'BadErrorResponse' && [403, 404].includes(error.status)

async function askByGet(
  get: typeof getObject,
  operation: string,
  client: Client,
  { bucket, key, versionId, requestPayer }: Values,
  options: CallOptions,
): Promise<void> {
  const asked = { bucket, key, versionId, requestPayer, range: { start: 0, end: 0 } } as Parameters<typeof get>[1]
  const { body } = await get(client, asked, { ...options, onProgress: undefined }).catch((error) => {
    throw error instanceof ServiceError ? new ServiceError({ ...error, operation }) : error
  })
  await body.cancel()
}
