import type { CallOptions, Client } from '../client/client.ts'
import { defined } from '../defined.ts'
import { SerializationError } from '../errors.ts'
import { progressReporter } from '../http/progress.ts'
import { ResponseBody } from '../http/response-body.ts'
import type { OutputOf } from '../operation.ts'
import type { getObject } from '../operations/object-basic.ts'
import type { ContentCipher } from './aes-ctr.ts'
import type { AnsweredRange } from './decrypted-range.ts'
import { decryptedStream } from './decrypted-stream.ts'

type Output = Awaited<ReturnType<Client['send']>>

/** Rejects with what OSS says to a range that begins behind the object. */
export async function refusedRange(answer: Promise<Output>, range: unknown): Promise<never> {
  const { body } = (await answer) as OutputOf<typeof getObject>
  await body.cancel()
  throw new SerializationError(
    `GetObject: ${JSON.stringify(range)} begins behind the object, and was answered all the same`,
  )
}

/** What was asked for of an answer. Without a cipher, bytes stay what they are. */
export function decryptedOutput(
  output: OutputOf<typeof getObject>,
  cipher: ContentCipher | undefined,
  place: AnsweredRange,
  onProgress: CallOptions['onProgress'],
): Output {
  const { contentRange, surplus } = place
  const { headers } = output.response
  const length = headers['content-length']
  const contentLength = length === undefined ? undefined : Number(length) - surplus
  const report = progressReporter(onProgress, headers['content-encoding'] ? undefined : contentLength)
  let size = 0
  const body = new ResponseBody(decryptedStream(output.body.stream(), cipher, place), {
    onChunk(chunk) {
      size += chunk.byteLength
      report?.(size)
    },
  })
  const retold = defined({ 'content-range': contentRange, 'content-length': contentLength?.toString() })
  return {
    ...output,
    ...defined({ contentRange, contentLength }),
    body,
    response: { ...output.response, headers: { ...headers, ...retold } },
  }
}
