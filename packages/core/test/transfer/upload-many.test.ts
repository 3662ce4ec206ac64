import {
  type Client,
  type FileResult,
  type FileToUpload,
  listObjectsV2,
  memoryCheckpoints,
  putBucket,
  ServiceError,
  SourceError,
  TransferError,
  type TransferProgress,
  Uploader,
  unfinishedFiles,
  ValidationError,
} from '@oss-js/core'
import type { FaultRequest } from '@oss-js/emulator'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { emulated, isSame, named, pattern, randomOf } from './emulated.ts'
import { uncaughtErrors } from './uncaught-errors.ts'

const partSize = 102_400

let oss: Awaited<ReturnType<typeof emulated>>
beforeAll(async () => {
  oss = await emulated()
})
beforeEach(async () => {
  await oss.emulator.reset()
  await putBucket(oss.client, { bucket: 'files' })
})
afterAll(() => oss.emulator.close())

const uploader = (options = {}) => new Uploader(oss.client, { partSize, ...options })

/** Files of these sizes, named by their places. */
const filesOf = (...sizes: number[]): (FileToUpload & { source: File })[] =>
  sizes.map((size, index) => ({
    request: { bucket: 'files', key: `${index}.bin` },
    source: new File([pattern(size, index + 3)], `${index}.bin`, { lastModified: 1000 }),
  }))

const statusesOf = (results: FileResult[]) => results.map(({ status }) => status)
const keysOf = async () => (await listObjectsV2(oss.client, { bucket: 'files' })).contents.map(({ key }) => key)
/** A client that remembers what it sent for which key. */
function recording() {
  const sent: string[] = []
  const client: Client = {
    send(definition, input, options) {
      sent.push(`${definition.name} ${input.key}`)
      return oss.client.send(definition, input, options)
    },
  }
  return { client, sent }
}
const forKey =
  (key: string, operation?: string) =>
  (request: FaultRequest): boolean =>
    request.key === key && (operation === undefined || request.operation === operation)

async function areStored(files: (FileToUpload & { source: File })[]): Promise<boolean> {
  const same = files.map(async ({ request, source }) =>
    isSame(await oss.stored(request.key), new Uint8Array(await source.arrayBuffer())),
  )
  return (await Promise.all(same)).every(Boolean)
}

test('large and small files arrive, and their results are in the order of the files', async () => {
  const files = filesOf(250_000, 10, 0, 102_400, 99_999)

  const results = await uploader().uploadFiles(files)

  expect(statusesOf(results)).toEqual(['done', 'done', 'done', 'done', 'done'])
  expect(results.map(({ file }) => file)).toEqual(files)
  expect(results.map((one) => one.status === 'done' && one.result.uploadId !== undefined)).toEqual([
    true,
    false,
    false,
    true,
    false,
  ])
  expect(await areStored(files)).toBe(true)
})

test.each([1, 3, 5])('at no time are more than %d requests under way, of all files together', async (parallelNum) => {
  let underWay = 0
  let most = 0
  const client = {
    async send(...args: Parameters<typeof oss.client.send>) {
      underWay += 1
      most = Math.max(most, underWay)
      return oss.client.send(...args).finally(() => {
        underWay -= 1
      })
    },
  }
  const files = filesOf(500_000, 30, 20, 500_000, 10, 300_000, 40, 50)

  await new Uploader(client, { partSize, parallelNum }).uploadFiles(files)

  expect(most).toBe(parallelNum)
  expect(await areStored(files)).toBe(true)
})

test('the parts of a file go before those of the files behind it', async () => {
  const { client, sent } = recording()
  const files = filesOf(1_000_000, 1_000_000, 10)

  await new Uploader(client, { partSize }).uploadFiles(files)

  const parts = sent.filter((line) => line.startsWith('UploadPart'))
  // While the first upload is being opened, the second may send what there is room for.
  expect(parts.slice(0, 13).filter((line) => line === 'UploadPart 0.bin')).toHaveLength(10)
  expect(parts).toHaveLength(20)
})

test('one after the other, the files are in their order', async () => {
  const { client, sent } = recording()

  await new Uploader(client, { partSize, parallelNum: 1 }).uploadFiles(filesOf(150_000, 10, 150_000))

  const [first, second] = ['0.bin', '2.bin'].map((key) =>
    ['InitiateMultipartUpload', 'UploadPart', 'UploadPart', 'CompleteMultipartUpload'].map((name) => `${name} ${key}`),
  )
  expect(sent).toEqual([...first!, 'PutObject 1.bin', ...second!])
})

test('progress of the whole and of each file only grows, and ends at the total', async () => {
  const whole: TransferProgress[] = []
  const single: TransferProgress[] = []
  const files = filesOf(250_000, 10, 150_000)
  files[2]!.onProgress = (progress) => single.push(progress)
  oss.emulator.faults.add({ match: named('UploadPart', 2), status: 503, times: 2 })

  await uploader().uploadFiles(files, { onProgress: (progress) => whole.push(progress) })

  const moved = whole.map(({ transferred }) => transferred)
  expect(moved).toEqual([...moved].sort((a, b) => a - b))
  expect(whole.every(({ total }) => total === 400_010)).toBe(true)
  expect(whole.at(-1)).toMatchObject({ transferred: 400_010, phase: 'uploading' })
  expect(whole.reduce((sum, { increment }) => sum + increment, 0)).toBe(400_010)
  expect(single.at(-1)).toMatchObject({ transferred: 150_000, total: 150_000, phase: 'completing' })
})

test('the total is unknown until the size of the last file is', async () => {
  const totals: (number | undefined)[] = []
  const files: FileToUpload[] = [
    ...filesOf(10),
    { request: { bucket: 'files', key: 'late' }, source: { load: async () => new Blob([pattern(5)]) } },
  ]

  await uploader({ parallelNum: 1 }).uploadFiles(files, { onProgress: ({ total }) => totals.push(total) })

  expect(totals).toEqual([undefined, 15])
})

test('a file that fails does not hold up the others, and can be tried again', async () => {
  const files = filesOf(10, 250_000, 20)
  oss.emulator.faults.add({ match: forKey('1.bin', 'UploadPart'), status: 403, code: 'AccessDenied', times: 1 })
  const ended: string[] = []

  const results = await uploader().uploadFiles(files, {
    onFileEnd: ({ status, file }) => ended.push(`${status} ${file.request.key}`),
  })
  const error = results[1]?.status === 'failed' ? results[1].error : undefined
  const open = await oss.openUploads()
  const again = await uploader().uploadFiles(unfinishedFiles(results))

  expect(statusesOf(results)).toEqual(['done', 'failed', 'done'])
  expect(ended.sort()).toEqual(['done 0.bin', 'done 2.bin', 'failed 1.bin'])
  expect(error).toBeInstanceOf(TransferError)
  expect((error as TransferError).cause).toBeInstanceOf(ServiceError)
  expect(open).toEqual([])
  expect(again.map(({ status, file }) => [status, file])).toEqual([['done', files[1]]])
  expect(await areStored(files)).toBe(true)
})

test('with checkpoints, only what is missing of a failed file is sent again', async () => {
  const files = filesOf(1_000_000, 10)
  const options = { enableCheckpoint: true, checkpointStore: memoryCheckpoints(), parallelNum: 1 }
  oss.emulator.faults.add({ match: named('UploadPart', 8), status: 403, code: 'AccessDenied', times: 1 })

  const results = await uploader(options).uploadFiles(files)
  const before = oss.count('UploadPart')
  const whole: TransferProgress[] = []
  const again = await uploader(options).uploadFiles(unfinishedFiles(results), {
    onProgress: (progress) => whole.push(progress),
  })

  expect(statusesOf(results)).toEqual(['failed', 'done'])
  expect(statusesOf(again)).toEqual(['done'])
  expect(oss.count('UploadPart') - before).toBe(3)
  expect(whole.at(-1)).toMatchObject({ transferred: 1_000_000, total: 1_000_000, resumed: 716_800 })
})

test('asked to stop at the first failure, it tells what was not done', async () => {
  const files = filesOf(10, 20, 1_000_000, 30, 40)
  oss.emulator.faults.add({ match: forKey('1.bin'), status: 403, code: 'AccessDenied', times: 1, delayMs: 20 })

  const results = await uploader({ parallelNum: 2 }).uploadFiles(files, { stopOnError: true })

  expect(results.map(({ status, file }) => `${status} ${file.request.key}`)).toEqual([
    'done 0.bin',
    'failed 1.bin',
    'stopped 2.bin',
    'stopped 3.bin',
    'stopped 4.bin',
  ])
  expect(await keysOf()).toEqual(['0.bin'])
  expect(await oss.openUploads()).toEqual([])
})

test('one file is given up by its own signal, the others arrive', async () => {
  const files = filesOf(1_000_000, 10)
  const controller = new AbortController()
  files[0]!.signal = controller.signal
  files[0]!.onProgress = ({ transferred }) => transferred >= 300_000 && controller.abort('not this one')

  const results = await uploader().uploadFiles(files, { stopOnError: true })

  expect(results.map((one) => one.status === 'failed' && one.error)).toEqual(['not this one', false])
  expect(await keysOf()).toEqual(['1.bin'])
  expect(await oss.openUploads()).toEqual([])
})

test('a pause is of the whole: nothing is sent until it goes on', async () => {
  const { client, sent } = recording()
  const files = filesOf(500_000, 10, 300_000)
  const task = new Uploader(client, { partSize, parallelNum: 2 }).uploadFiles(files)
  await new Promise<void>((resolve) => {
    const forget = task.on('progress', ({ transferred }) => {
      if (transferred < 200_000) return
      forget()
      task.pause()
      resolve()
    })
  })
  const before = sent.length
  for (let round = 0; round < 5; round++) await keysOf()
  const during = sent.length
  const { state } = task
  task.resume()

  const results = await task

  expect(state).toBe('paused')
  expect(during).toBe(before)
  expect(statusesOf(results)).toEqual(['done', 'done', 'done'])
  expect(await areStored(files)).toBe(true)
})

test('one file is given up at once also while all are paused', async () => {
  const files = filesOf(1_000_000, 500_000)
  const controller = new AbortController()
  files[0]!.signal = controller.signal
  const isPaused = new Promise<void>((resolve) => {
    files[0]!.onProgress = ({ transferred }) => {
      if (transferred < 300_000) return
      task.pause()
      resolve()
    }
  })
  const ended: string[] = []
  const task = uploader().uploadFiles(files, { onFileEnd: ({ file }) => ended.push(file.request.key) })
  await isPaused

  controller.abort('not this one')

  await expect.poll(() => ended).toEqual(['0.bin'])
  expect(task.state).toBe('paused')
  expect((await oss.openUploads()).filter(({ key }) => key === '0.bin')).toEqual([])
  task.resume()
  expect((await task).map((one) => one.status === 'failed' && one.error)).toEqual(['not this one', false])
  expect(await keysOf()).toEqual(['1.bin'])
})

test('a pause of all makes none of the files slower', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
  const files = filesOf(500_000)
  let speed = 0
  let isPaused = false
  files[0]!.onProgress = ({ bytesPerSecond }) => {
    speed = bytesPerSecond
    vi.setSystemTime(Date.now() + 1)
    if (isPaused) return
    isPaused = true
    task.pause()
    vi.setSystemTime(Date.now() + 500_000)
    queueMicrotask(() => task.resume())
  }
  const task = uploader().uploadFiles(files)

  await task
  vi.useRealTimers()

  expect(isPaused).toBe(true)
  expect(speed).toBeGreaterThan(2000)
})

test('listeners that throw change nothing of many uploads', async () => {
  await using uncaught = uncaughtErrors()
  const files = filesOf(250_000, 10)
  const failing = () => {
    throw new Error('mine')
  }
  files[0]!.onProgress = failing

  const results = await uploader().uploadFiles(files, { onProgress: failing, onFileEnd: failing })

  expect(statusesOf(results)).toEqual(['done', 'done'])
  expect(new Set(uncaught.messages)).toEqual(new Set(['mine']))
})

test('an abort ends all, rejects with its reason and leaves no upload behind', async () => {
  const files = filesOf(10, 1_000_000, 1_000_000, 1_000_000)
  const done: string[] = []
  const task = uploader().uploadFiles(files, { onFileEnd: ({ file }) => done.push(file.request.key) })
  task.on('progress', ({ transferred }) => transferred >= 400_000 && void task.abort({ reason: 'enough' }))

  await expect(task).rejects.toBe('enough')

  expect(done).toEqual(['0.bin'])
  expect(await keysOf()).toEqual(['0.bin'])
  expect(await oss.openUploads()).toEqual([])
})

test('an abort that keeps the parts leaves what goes on', async () => {
  const files = filesOf(1_000_000)
  const options = { enableCheckpoint: true, checkpointStore: memoryCheckpoints(), parallelNum: 1 }
  const task = uploader(options).uploadFiles(files)
  task.on('progress', ({ transferred }) => transferred >= 512_000 && void task.abort({ keepParts: true }))
  await task.catch(() => {})
  const before = oss.count('UploadPart')
  const open = await oss.openUploads()
  expect(task.openUploads).toEqual(open.map(({ uploadId }) => ({ bucket: 'files', key: '0.bin', uploadId })))
  expect(open).toHaveLength(1)

  await uploader(options).uploadFiles(files)

  expect(oss.count('UploadPart') - before).toBeLessThanOrEqual(5)
  expect(await areStored(files)).toBe(true)
})

test('a source is opened when it is its turn, and one that cannot be opened is a failure of its own', async () => {
  const opened: string[] = []
  const lazy = (key: string, load: () => Promise<Blob>): FileToUpload => ({
    request: { bucket: 'files', key },
    source: {
      size: 5,
      load() {
        opened.push(`${key} after ${oss.count('PutObject')}`)
        return load()
      },
    },
  })
  const broken = async () => Promise.reject(new SourceError('gone'))

  const results = await uploader({ parallelNum: 1 }).uploadFiles([
    lazy('a', async () => new Blob(['aaaaa'])),
    lazy('b', broken),
    lazy('c', async () => new Blob(['ccccc'])),
  ])

  expect(opened).toEqual(['a after 0', 'b after 1', 'c after 1'])
  expect(statusesOf(results)).toEqual(['done', 'failed', 'done'])
})

test('streams and text are files too', async () => {
  const stream = () => new Blob([pattern(350_000)]).stream()
  const files: FileToUpload[] = [
    { request: { bucket: 'files', key: 'stream' }, source: stream() },
    { request: { bucket: 'files', key: 'again' }, source: stream },
    { request: { bucket: 'files', key: 'text' }, source: 'héllo' },
  ]

  const results = await uploader().uploadFiles(files)

  expect(statusesOf(results)).toEqual(['done', 'done', 'done'])
  expect(isSame(await oss.stored('stream'), pattern(350_000))).toBe(true)
  expect(isSame(await oss.stored('again'), pattern(350_000))).toBe(true)
  expect(new TextDecoder().decode(await oss.stored('text'))).toBe('héllo')
})

test('two files for one object are refused before anything is sent', async () => {
  const [file] = filesOf(10)
  const before = oss.emulator.requests.length

  await expect(uploader().uploadFiles([file!, { ...file! }])).rejects.toThrow(ValidationError)
  await expect(uploader().uploadFiles([file!, file!])).rejects.toThrow('two of them would become oss://files/0.bin')

  expect(oss.emulator.requests.length).toBe(before)
})

test('no file at all is no work', async () => {
  expect(await uploader().uploadFiles([])).toEqual([])
  expect(await uploader().uploadFiles(Promise.resolve([]))).toEqual([])
  await expect(uploader().uploadFiles(Promise.reject(new Error('no folder')))).rejects.toThrow('no folder')
})

test.each([1, 2, 3, 4])('with faults of seed %d no byte is wrong and no upload is left', async (seed) => {
  const random = randomOf(seed)
  const sizes = Array.from({ length: 12 }, () => Math.floor(random() ** 3 * 700_000))
  const files = filesOf(...sizes)
  const kinds = [{ status: 503 }, { dropAfterBytes: 1000 }, { dropAnswer: true }, { status: 403, code: 'AccessDenied' }]
  for (const kind of kinds) {
    const skip = Math.floor(random() * 8)
    oss.emulator.faults.add({ match: ({ method }) => method === 'PUT', skip, times: 2, ...kind })
  }

  const first = await uploader({ parallelNum: 1 + Math.floor(random() * 5) }).uploadFiles(files)
  oss.emulator.faults.clear()
  const again = await uploader().uploadFiles(unfinishedFiles(first))

  expect(
    again.every(({ status }) => status === 'done'),
    `seed ${seed}`,
  ).toBe(true)
  expect(await areStored(files), `seed ${seed}`).toBe(true)
  expect(await oss.openUploads(), `seed ${seed}`).toEqual([])
})

test('the stream of a file that fails is cancelled, and that of the others is not', async () => {
  const cancelled: string[] = []
  const streamOf = (key: string) => {
    let pulls = 0
    return new ReadableStream<Uint8Array>({
      pull(controller) {
        pulls += 1
        if (pulls > 10) controller.close()
        else controller.enqueue(pattern(50_000))
      },
      cancel: () => void cancelled.push(key),
    })
  }
  oss.emulator.faults.add({
    match: ({ operation, key }) => operation === 'InitiateMultipartUpload' && key === 'a',
    status: 403,
  })
  const files = ['a', 'b'].map((key) => ({ request: { bucket: 'files', key }, source: streamOf(key) }))

  const results = await new Uploader(oss.client, { partSize: 102_400 }).uploadFiles(files)

  expect(results.map(({ status }) => status)).toEqual(['failed', 'done'])
  expect(cancelled).toEqual(['a'])
})
