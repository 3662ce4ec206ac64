/** The words for answers to queries. */
import { RequestError, ServiceError } from '../errors.ts'
import { takeBody } from '../http/answer-body.ts'
import { progressReporter } from '../http/progress.ts'
import { type BodyWatcher, ResponseBody } from '../http/response-body.ts'
import { streamed } from '../http/streamed.ts'
import type { Answer } from '../schema/message.ts'
import { readable } from '../schema/readable.ts'
import { httpDate } from '../schema/scalars.ts'
import type { Document, DocumentPlace, Fields, Placed } from '../schema/types.ts'
import { createFrameReader, type EndFrame, type FrameReader } from './frames.ts'

/** What a query selects, out of its frames if it comes in frames. */
export const selection: Placed<ResponseBody> = {
  at: {
    prepare: streamed,
    read(answer) {
      const { headers, definition, options } = answer
      const isRaw = headers['x-oss-select-output-raw'] === 'true'
      const report = progressReporter(options.onProgress, undefined)
      let size = 0
      return new ResponseBody(takeBody(answer), {
        ...(!isRaw && unpacking(createFrameReader(definition.name, asksForCrc(answer)), answer)),
        onChunk(chunk) {
          size += chunk.byteLength
          report?.(size)
        },
      })
    },
  },
  name: '',
}

/** For an output whose fields are numbers in the last frame of the answer, as `rowsCount`. */
// @__NO_SIDE_EFFECTS__
export function lastFrame<F extends Fields>(fields: F): Document<F> {
  return { document: lastFrameDocument, fields }
}

const lastFrameDocument: DocumentPlace = {
  write() {},
  prepare: streamed,
  async read(answer, fields) {
    const frames = createFrameReader(answer.definition.name, false)
    await readable(answer, () => new ResponseBody(takeBody(answer), unpacking(frames, answer)).bytes())
    return Object.fromEntries(Object.keys(fields).map((name) => [name, frames.end![name as keyof EndFrame]]))
  },
}

/** A query can still fail, and a connection break, when the answer has begun with a success. */
function unpacking(frames: FrameReader, answer: Answer): BodyWatcher {
  return {
    *unpack(chunk) {
      yield* frames.read(chunk)
      if (frames.end) throwIfFailed(frames.end, answer)
    },
    onEnd() {
      if (!frames.end) throw new RequestError('the answer ended before its end frame')
    },
  }
}

function throwIfFailed({ status, message }: EndFrame, { definition, headers }: Answer): void {
  if (status >= 200 && status <= 299) return
  const [, code = 'BadErrorResponse', reason = message] = /^(\w+)\.(.*)$/s.exec(message) ?? []
  const { 'x-oss-request-id': requestId = '', 'x-oss-ec': ec = '', date = '' } = headers
  throw new ServiceError({
    operation: definition.name,
    status,
    code,
    reason,
    requestId,
    ec,
    headers,
    serverTime: httpDate.parse(date),
  })
}

interface AskedForCrc {
  readonly outputSerialization?: { readonly enablePayloadCrc?: boolean }
}

const asksForCrc = ({ input }: Answer): boolean =>
  (input.selectRequest as AskedForCrc).outputSerialization?.enablePayloadCrc === true
