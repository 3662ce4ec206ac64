import { stoppable } from '../abortable.ts'
import { ValidationError } from '../errors.ts'
import { cut } from './cut.ts'
import { maxParts } from './part-size.ts'
import { begin, type Job, type PartToSend, type UploadResult, uploadParts } from './upload-parts.ts'
import type { UploadStream } from './upload-source.ts'

/** Uploads a stream part by part, or by `putWhole` if it is empty or known to be smaller than a part. */
export async function uploadStream(
  job: Job,
  stream: UploadStream,
  partSize: number,
  parallel: number,
  putWhole: (bytes: Uint8Array<ArrayBuffer>) => Promise<UploadResult>,
): Promise<UploadResult> {
  const free: Uint8Array<ArrayBuffer>[] = []
  const pieces = cut(stoppable(stream.chunks, job.control.signal), partSize, free)
  try {
    const first = await pieces.next()
    const isWhole = first.done || (stream.size !== undefined && stream.size < partSize)
    if (!isWhole)
      return await uploadParts(
        job,
        await begin(job, partSize, stream.size),
        numbered([first.value], pieces, free),
        parallel,
      )
    const bytes = first.value ?? new Uint8Array(0)
    // A stream that holds more than was declared only tells so when it is read on.
    await pieces.next()
    return await putWhole(bytes)
  } finally {
    // What is not read to its end is let go of. Nobody waits for that: it may stand still.
    pieces.return(undefined).catch(() => {})
  }
}

/** Takes the first piece from where it is held, so that nothing holds it once it is sent. */
async function* numbered(
  first: Uint8Array<ArrayBuffer>[],
  pieces: AsyncIterable<Uint8Array<ArrayBuffer>>,
  free: Uint8Array<ArrayBuffer>[],
): AsyncGenerator<PartToSend> {
  let number = 0
  let end = 0
  const next = (body: Uint8Array<ArrayBuffer>): PartToSend => {
    number += 1
    if (number > maxParts) throw new ValidationError('partSize', `the stream makes more than ${maxParts} parts`)
    const start = end
    end += body.byteLength
    return { number, start, size: body.byteLength, body, release: () => void free.push(body) }
  }
  for (const body of first.splice(0)) yield next(body)
  for await (const body of pieces) yield next(body)
}
