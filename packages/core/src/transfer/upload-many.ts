/** Many uploads in one queue: the files in their order, and no more requests at once than for one file. */
import { ValidationError } from '../errors.ts'
import { bytesOf } from '../http/request-body.ts'
import { tellListener } from '../tell-listener.ts'
import { objectName } from './checkpoint.ts'
import type { FileResult, FileToUpload, UploadFilesOptions } from './file-to-upload.ts'
import { following, underAll } from './following.ts'
import { inParallel } from './in-parallel.ts'
import { parallelFor } from './part-size.ts'
import { type ProgressMeter, progressMeter, type TransferProgress } from './progress.ts'
import { roomFor, turnIn } from './room.ts'
import type { TaskControl } from './task.ts'
import type { Turn } from './turn.ts'
import type { UploadResult } from './upload-parts.ts'

/** Uploads one file by the control and the turn it is given. */
type UploadOne = (file: FileToUpload, control: TaskControl, turn: Turn) => Promise<UploadResult>

export async function uploadMany(
  files: readonly FileToUpload[],
  options: UploadFilesOptions,
  control: TaskControl,
  upload: UploadOne,
): Promise<FileResult[]> {
  refuseTwins(files)
  const parallel = parallelFor(options.parallelNum)
  const room = roomFor(parallel)
  const stopping = new AbortController()
  const expect = expectation(files, control.meter)
  const results: FileResult[] = []
  const run = async ([index, file]: [number, FileToUpload]) => {
    const single = controlOf(control, stopping.signal, file, meterOf(file, index, control.meter, expect))
    const turn = turnIn(room, index, single.signal)
    const result = await ended(file, stopping.signal, async () => {
      await turn.enter()
      // A file that has not begun waits for `resume()` as well.
      await single.attempt(async () => {})
      return upload(file, single, turn)
    })
    turn.end()
    // What it was handed may still be open.
    if (result.status === 'failed') single.fail(result.error)
    single.forget()
    control.signal.throwIfAborted()
    results[index] = result
    if (options.stopOnError && result.status === 'failed' && !file.signal?.aborted) stopping.abort(result.error)
    tellListener(options.onFileEnd, result)
  }
  await inParallel(files.entries(), parallel, run, () => {})
  return results
}

async function ended(
  file: FileToUpload,
  stopping: AbortSignal,
  upload: () => Promise<UploadResult>,
): Promise<FileResult> {
  try {
    return { status: 'done', file, result: await upload() }
  } catch (error) {
    if (stopping.aborted && error === stopping.reason) return { status: 'stopped', file }
    return { status: 'failed', file, error }
  }
}

function refuseTwins(files: readonly FileToUpload[]): void {
  const names = new Set<string>()
  for (const { request } of files) {
    const name = objectName(request.bucket, request.key)
    if (names.has(name)) throw new ValidationError('files', `two of them would become ${name}`)
    names.add(name)
  }
}

/** Tells the meter of the whole how many bytes there are, as soon as all files have told their own. */
function expectation(files: readonly FileToUpload[], meter: ProgressMeter): (index: number, size: number) => void {
  const sizes = files.map(({ source, request }) => sizeOf(source) ?? request.contentLength)
  let unknown = sizes.filter((size) => size === undefined).length
  let total = sizes.reduce<number>((sum, size = 0) => sum + size, 0)
  const tell = () => {
    if (unknown === 0) meter.expect(Math.max(total, meter.latest().transferred))
  }
  tell()
  return (index, size) => {
    if (sizes[index] === undefined) unknown -= 1
    total += size - (sizes[index] ?? 0)
    sizes[index] = size
    tell()
  }
}

function sizeOf(source: FileToUpload['source']): number | undefined {
  return bytesOf(source)?.byteLength ?? (source as { size?: number }).size
}

/** The meter of one file, which moves that of the whole. */
function meterOf(
  file: FileToUpload,
  index: number,
  whole: ProgressMeter,
  expect: (index: number, size: number) => void,
): ProgressMeter {
  const report = (progress: TransferProgress) => {
    tellListener(file.onProgress, progress)
    const { transferred, resumed } = progress
    if (transferred === resumed) whole.skip(index, transferred)
    else whole.move(index, transferred)
  }
  // What pauses the whole pauses its files.
  const meter = progressMeter(report, 'uploading', whole.movingMs)
  return {
    ...meter,
    expect(size) {
      meter.expect(size)
      expect(index, size)
    },
  }
}

/** The control of one file: it ends with the whole, when all are stopped, or by its own signal. */
function controlOf(
  whole: TaskControl,
  stopping: AbortSignal,
  file: FileToUpload,
  meter: ProgressMeter,
): TaskControl & { forget(): void } {
  const { signal, abort, forget } = following(whole.signal, stopping, file.signal)
  let hasFailed = false
  return {
    signal,
    meter,
    get isAborted() {
      return signal.aborted && !hasFailed
    },
    get keepsParts() {
      return whole.keepsParts
    },
    leaveOpen: whole.leaveOpen,
    attempt: (step) =>
      whole.attempt(
        (running) =>
          underAll([running, signal], (both) => {
            both.throwIfAborted()
            return step(both)
          }),
        signal,
      ),
    fail(error) {
      hasFailed ||= !signal.aborted
      abort(error)
    },
    forget,
  }
}
