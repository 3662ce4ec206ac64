import { Readable, Writable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type { AppendOnlyFile, FileStreamOptions, ReadOnlyFile } from '@oss-js/core'

/** Bytes that wait at most while others are being appended. */
const waitingBytes = 6_291_456

/**
 * The bytes of an open file as a Readable of Node: from its position on, or those that `options` say. The file stays open, and
 * its position where it is; destroying the Readable ends its requests.
 *
 * @example
 * await using file = await openFile(client, { bucket: 'photos', key: 'holiday.mp4' }, { enablePrefetch: true })
 * await pipeline(toReadable(file), createWriteStream('./holiday.mp4'))
 */
export function toReadable(file: ReadOnlyFile, options: FileStreamOptions = {}): Readable {
  return Readable.fromWeb(file.stream(options) as ReadableStream<Uint8Array>)
}

/**
 * A Writable of Node that adds to an open file. What is written while an append is under way goes into the next one. It ends
 * when all bytes are there; the object is created even if there were none. The file stays open.
 *
 * @example
 * await using log = await appendFile(client, { bucket: 'logs', key: 'app.log' })
 * await pipeline(createReadStream('./app.log'), toWritable(log))
 */
export function toWritable(file: AppendOnlyFile): Writable {
  const ending = new AbortController()
  const { signal } = ending
  return new Writable({
    highWaterMark: waitingBytes,
    write: (chunk: Buffer, _encoding, done) => tell(file.write(chunk, { signal }), done),
    writev: (chunks, done) => tell(file.write(Buffer.concat(chunks.map(({ chunk }) => chunk)), { signal }), done),
    final: (done) => tell(file.flush({ signal }), done),
    destroy(error, done) {
      ending.abort(error ?? undefined)
      done(error)
    },
  })
}

function tell(call: Promise<unknown>, done: (error?: Error | null) => void): void {
  call.then(() => done(), done)
}
