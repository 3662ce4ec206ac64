import type { Body } from './http/request-body.ts'
import type { Presigned } from './presign.ts'
import { type SendOptions, type SentAnswer, sendOnce } from './send-once.ts'

/**
 * Sends a presigned request: exactly its method, URL and headers, with the document that was presigned unless `body` is given.
 * It needs no client, and is not repeated when it fails.
 *
 * A Blob is sent without a type of its own and text as bytes, so that no Content-Type is added to those that were signed.
 *
 * Throws a ServiceError if OSS refuses the request; if the signature does not match, its `hint` names the header that arrived
 * otherwise than it was signed, where OSS tells. Throws a RequestError if there was no answer, a TimeoutError if it took too
 * long.
 *
 * @param presigned what `presign` returned, also if it travelled as JSON
 *
 * @example
 * const { headers } = await sendPresigned(await (await fetch('/sign')).json(), file)
 * console.log(headers.etag)
 */
export async function sendPresigned(
  presigned: Pick<Presigned, 'method' | 'url' | 'headers' | 'body'>,
  body: Body | undefined = presigned.body,
  options: SendOptions = {},
): Promise<SentAnswer> {
  const { searchParams } = new URL(presigned.url)
  const token = searchParams.get('x-oss-security-token') ?? searchParams.get('security-token')
  return sendOnce('sendPresigned', presigned, body, token ?? undefined, options)
}
