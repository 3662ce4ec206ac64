import {
  type AppendFileOptions,
  type AppendOnlyFile,
  appendFile,
  appendObject,
  type Client,
  deleteObject,
  type FileError,
  getObjectAcl,
  getObjectTagging,
  OSSClient,
  putObject,
  refreshing,
} from '@oss-js/core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { assumedRole } from '../assumed-role.ts'
import { emulated, isSame, named, pattern, randomOf } from '../transfer/emulated.ts'

const to = { bucket: 'files', key: 'app.log' }
const appends = named('AppendObject')

let oss: Awaited<ReturnType<typeof emulated>>
beforeAll(async () => {
  oss = await emulated()
})
beforeEach(async () => {
  const empty = await oss.emulator.snapshot()
  return async () => {
    oss.emulator.faults.clear()
    await oss.emulator.restore(empty)
  }
})
afterAll(() => oss.emulator.close())

const open = (options?: AppendFileOptions) => appendFile(oss.client, to, options)
const text = async (key = to.key) => new TextDecoder().decode(await oss.stored(key))

/** How often something was asked for meanwhile. */
async function counting(name: string, run: () => Promise<unknown>): Promise<number> {
  const before = oss.count(name)
  await run()
  return oss.count(name) - before
}

async function failureOf(call: Promise<unknown>): Promise<FileError> {
  return call.then(
    () => expect.unreachable('it was a success'),
    (error) => error,
  )
}

test('a new file begins at 0, and every write adds to its end', async () => {
  await using file = await open()
  expect([file.name, file.tell()]).toEqual(['oss://files/app.log', 0])

  expect(await file.write('hel')).toBe(3)
  expect(await file.write(new TextEncoder().encode('lo '))).toBe(3)
  expect(await file.write(new Uint8Array([229, 165, 189]).buffer)).toBe(3)

  expect(file.tell()).toBe(9)
  expect(await text()).toBe('hello 好')
})

test('a file that is there goes on where it ends', async () => {
  await appendObject(oss.client, { ...to, position: 0, body: 'hello' })

  await using file = await open()

  expect(file.tell()).toBe(5)
  await file.write(' world')
  expect(await text()).toBe('hello world')
})

test('nothing is asked for to write nothing', async () => {
  await using file = await open()

  const count = await counting('AppendObject', async () => {
    expect(await file.write('')).toBe(0)
    expect(await file.writeFrom(new Blob([]))).toBe(0)
  })

  expect(count).toBe(0)
})

const pieces = async function* () {
  yield new TextEncoder().encode('a ')
  yield new TextEncoder().encode('few pieces')
}
test.each([
  ['text', () => 'a few pieces'],
  ['a Blob', () => new Blob(['a few ', 'pieces'])],
  ['a stream', () => new Blob(['a few pieces']).stream()],
  ['an async iterable', pieces],
  ['a function', () => () => 'a few pieces'],
  ['a source', () => ({ size: 12, open: pieces })],
])('%s can be written from', async (_, source) => {
  await using file = await open()

  const count = await counting('AppendObject', async () => {
    expect(await file.writeFrom(source())).toBe(12)
  })

  expect([count, file.tell(), await text()]).toEqual([1, 12, 'a few pieces'])
})

test('a long stream is appended piece by piece, each of which is repeated if it has to be', async () => {
  const bytes = pattern(15_000_000)
  oss.emulator.faults.add({ match: appends, skip: 1, dropAnswer: true })
  oss.emulator.faults.add({ match: appends, skip: 3, status: 503 })
  await using file = await open()

  expect(await file.writeFrom(new Blob([bytes]).stream())).toBe(15_000_000)

  expect(isSame(await oss.stored(to.key), bytes)).toBe(true)
  expect(
    oss.emulator.requests.filter(({ operation, status }) => operation === 'AppendObject' && status === 409),
  ).toHaveLength(1)
})

test('a source that fails ends the write with its error, and tell says how much is there', async () => {
  async function* source() {
    yield pattern(6_291_456)
    yield pattern(10)
    throw new Error('the disk is gone')
  }
  await using file = await open()

  await expect(file.writeFrom(source())).rejects.toThrow(/^the disk is gone$/)

  expect(file.tell()).toBe(6_291_456)
  await file.write('!')
  expect(await oss.stored(to.key)).toHaveLength(6_291_457)
})

test('writes that are asked for at once come in that order', async () => {
  await using file = await open()

  const sizes = await Promise.all([file.write('one '), file.writeFrom(pieces()), file.write(' three')])

  expect(sizes).toEqual([4, 12, 6])
  expect(await text()).toBe('one a few pieces three')
})

test('what the object is to be like goes with the first append of a new one only', async () => {
  const createParameter = {
    acl: 'public-read',
    storageClass: 'IA',
    contentType: 'text/x-log',
    metadata: { user: 'test' },
    tagging: { TagA: 'A', TagB: 'B' },
    cacheControl: 'no-cache',
  } as const
  const inputs: object[] = []
  const client: Client = {
    send(definition, input, options) {
      if (definition.name === 'AppendObject') inputs.push(input)
      return oss.client.send(definition, input, options)
    },
  }
  await using file = await appendFile(client, to, { createParameter })
  await file.write('a')
  await file.write('b')
  await using again = await appendFile(client, to, { createParameter: { metadata: { user: 'other' } } })
  await again.write('c')

  const { contentType, metadata, cacheControl, storageClass } = await oss.head(to.key)
  expect({ contentType, metadata, cacheControl, storageClass }).toEqual({
    contentType: 'text/x-log',
    metadata: { user: 'test' },
    cacheControl: 'no-cache',
    storageClass: 'IA',
  })
  expect((await getObjectAcl(oss.client, to)).acl).toBe('public-read')
  expect((await getObjectTagging(oss.client, to)).tagSet?.tags).toEqual([
    { key: 'TagA', value: 'A' },
    { key: 'TagB', value: 'B' },
  ])
  expect(inputs.map((input) => 'acl' in input || 'metadata' in input)).toEqual([true, false, false])
})

test('a new object has the type of the Blob that it begins with', async () => {
  await using file = await open()
  await file.writeFrom(new Blob(['<p>'], { type: 'text/html' }))
  expect((await oss.head(to.key)).contentType).toBe('text/html')
})

test('flush creates a file that got nothing, which then takes bytes', async () => {
  await using file = await open({ createParameter: { metadata: { user: 'test' } } })

  await file.flush()
  expect(await oss.head(to.key)).toMatchObject({
    contentLength: 0,
    objectType: 'Appendable',
    metadata: { user: 'test' },
  })
  const count = await counting('AppendObject', () => file.flush())
  await file.write('hello')

  expect([count, await text()]).toEqual([0, 'hello'])
  await using again = await open()
  expect(again.tell()).toBe(5)
})

test('flush waits for what was written before, and creates nothing then', async () => {
  await using file = await open()

  const count = await counting('AppendObject', async () => {
    void file.write('hello')
    await file.flush()
    expect(await text()).toBe('hello')
  })

  expect(count).toBe(1)
})

test('an object that was not made by appending is refused', async () => {
  await putObject(oss.client, { ...to, body: 'hello' })

  const error = await failureOf(open())

  expect(error).toMatchObject({ name: 'FileError', operation: 'open', path: 'oss://files/app.log' })
  expect(error.message).toBe(
    'open oss://files/app.log: the object is Normal, not Appendable: delete it first, or write to another key',
  )
})

test.each(['appendable', 'APPENDABLE'])('the object type %s is appendable', async (type) => {
  await appendObject(oss.client, { ...to, position: 0, body: 'a' })
  const client: Client = {
    async send(definition, input, options) {
      const output = await oss.client.send(definition, input, options)
      return definition.name === 'HeadObject' ? { ...output, objectType: type } : output
    },
  }
  await using file = await appendFile(client, to)
  expect(file.tell()).toBe(1)
})

test('an object that is replaced by another kind meanwhile is what the write rejects with', async () => {
  await using file = await open()
  await putObject(oss.client, { ...to, body: 'hello' })

  expect((await failureOf(file.write('a'))).cause).toMatchObject({ code: 'ObjectNotAppendable' })
  expect(await text()).toBe('hello')
})

test('a missing bucket and a refusal are what HeadObject throws', async () => {
  await expect(appendFile(oss.client, { bucket: 'no-such-bucket', key: 'a' })).rejects.toMatchObject({
    operation: 'HeadObject',
    code: 'NoSuchBucket',
  })
  oss.emulator.faults.add({ match: named('HeadObject'), status: 403, code: 'AccessDenied' })
  await expect(open()).rejects.toMatchObject({ operation: 'HeadObject', code: 'AccessDenied' })
})

test('a lost answer is no failure, and nothing is there twice', async () => {
  await using file = await open()
  for (const [index, word] of ['one ', 'two ', 'three '].entries()) {
    oss.emulator.faults.add({ match: appends, dropAnswer: true })

    expect(await file.write(word)).toBe(word.length)

    expect(file.tell()).toBe(['one ', 'one two ', 'one two three '][index]?.length)
  }
  expect(await text()).toBe('one two three ')
})

test('answers that are lost at every attempt are no failure either', async () => {
  const client = oss.clientWith({ retryMaxAttempts: 1 })
  await using file = await appendFile(client, to)
  oss.emulator.faults.add({ match: appends, dropAnswer: true })

  expect(await file.write('hello')).toBe(5)
  await file.write(' world')

  expect(await text()).toBe('hello world')
})

test('the lost answer to the empty append of flush does no harm', async () => {
  await using file = await open()
  oss.emulator.faults.add({ match: appends, dropAnswer: true })

  await file.flush()
  await file.write('hello')

  expect(await text()).toBe('hello')
})

test('a connection that is cut at any tenth of the bytes does no harm', async () => {
  await using file = await open()
  const bytes = pattern(50_000)
  for (const tenth of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) {
    oss.emulator.faults.add({ match: appends, dropAfterBytes: tenth * 5000 })
    await file.write(bytes)
  }

  const stored = await oss.stored(to.key)
  expect(stored).toHaveLength(550_000)
  for (let at = 0; at < 550_000; at += 50_000) expect(isSame(stored.subarray(at, at + 50_000), bytes)).toBe(true)
})

test('a write that never arrived is reported, and can be tried again', async () => {
  await using file = await open()
  await file.write('a')
  oss.emulator.faults.add({ match: appends, dropAfterBytes: 0, times: 3 })

  const error = await failureOf(file.write('b'))

  expect(error).toMatchObject({ name: 'FileError', operation: 'write', path: 'oss://files/app.log' })
  expect(error.cause).toMatchObject({ name: 'RequestError' })
  expect(file.tell()).toBe(1)
  await file.write('b')
  expect(await text()).toBe('ab')
})

test('a write of which nobody knows is not done again when it is tried again', async () => {
  await using file = await open()
  oss.emulator.faults.add({ match: appends, dropAnswer: true })
  oss.emulator.faults.add({ match: named('HeadObject'), status: 403, code: 'AccessDenied' })
  const error = await failureOf(file.write('hello'))
  expect([error.cause, file.tell()]).toMatchObject([{ code: 'PositionNotEqualToLength' }, 0])

  expect(await file.write('hello')).toBe(5)

  expect(await text()).toBe('hello')
})

test('an aborted write that arrived all the same is not done again when it is tried again', async () => {
  const controller = new AbortController()
  const client: Client = {
    async send(definition, input, options) {
      const output = await oss.client.send(definition, input, options)
      if (definition.name === 'AppendObject') controller.abort('enough')
      options?.signal?.throwIfAborted()
      return output
    },
  }
  await using file = await appendFile(client, to)
  await expect(file.write('hello', { signal: controller.signal })).rejects.toBe('enough')

  expect(await file.write('hello')).toBe(5)
  expect(await file.write(' world')).toBe(6)

  expect(await text()).toBe('hello world')
})

test('of two files that race for one object one is told, also where both write as much', async () => {
  await using one = await open()
  await using other = await open()

  await one.write('aaa')
  const error = await failureOf(other.write('bbb'))

  expect(error.cause).toMatchObject({ code: 'PositionNotEqualToLength' })
  expect([one.tell(), other.tell()]).toEqual([3, 0])
  await one.write('AAA')
  expect(await text()).toBe('aaaAAA')
  await expect(other.write('bbb')).rejects.toThrow(/PositionNotEqualToLength/)
})

test('racing writers lose nothing that was a success, and write nothing twice, also under faults', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = randomOf(seed)
    const key = `race-${seed}`
    const written: string[] = []
    const write = async (name: string, count: number) => {
      const file = await appendFile(oss.client, { bucket: 'files', key })
      let current: AppendOnlyFile = file
      for (let index = 0; index < count; index++) {
        const word = `${name}${index};`
        const isThere = await current.write(word).then(
          () => true,
          () => false,
        )
        if (isThere) written.push(word)
        else current = await appendFile(oss.client, { bucket: 'files', key })
      }
    }
    for (let count = 0; count < 6; count++) {
      const kinds = [{ dropAnswer: true }, { status: 503 }, { dropAfterBytes: 2 }, { delayMs: 3 }]
      oss.emulator.faults.add({
        match: appends,
        skip: Math.floor(random() * 16),
        ...kinds[Math.floor(random() * kinds.length)],
      })
    }

    await Promise.all([write('a', 8), write('b', 8)])

    oss.emulator.faults.clear()
    const words = (await text(key))
      .split(';')
      .slice(0, -1)
      .map((word) => `${word};`)
    expect(new Set(words).size, `seed ${seed}`).toBe(words.length)
    expect(
      written.filter((word) => !words.includes(word)),
      `seed ${seed}`,
    ).toEqual([])
  }
})

test('an object that was deleted meanwhile is not begun anew', async () => {
  await using file = await open()
  await file.write('hello')
  await deleteObject(oss.client, to)

  const error = await failureOf(file.write(' world'))

  expect(error.cause).toMatchObject({ code: 'PositionNotEqualToLength' })
})

test('bytes that change on the way are not added', async () => {
  await using file = await open()
  await file.write('hello')
  oss.emulator.faults.add({ match: appends, corrupt: true })

  const error = await failureOf(file.write(' world'))

  expect(error.cause).toMatchObject({ code: 'InvalidDigest' })
  expect([file.tell(), await text()]).toEqual([5, 'hello'])
  await file.write(' world')
  expect(await text()).toBe('hello world')
})

test('an answer with another CRC-64 than that of everything written is no success', async () => {
  const client: Client = {
    async send(definition, input, options) {
      const output = await oss.client.send(definition, input, options)
      return definition.name === 'AppendObject' && input.position === 5 ? { ...output, hashCrc64: '1' } : output
    },
  }
  await using file = await appendFile(client, to)
  await file.write('hello')

  const error = await failureOf(file.write(' world'))

  expect(error.cause).toMatchObject({ name: 'IntegrityError', serverCrc: '1', clientCrc: '5981764153023615706' })
  expect(file.tell()).toBe(5)
  await expect(file.write('!')).rejects.toThrow(/PositionNotEqualToLength/)
})

test('where CORS rules hide what OSS tells, a lost answer is a failure and all else works', async () => {
  await appendObject(oss.client, { ...to, position: 0, body: 'hello' })
  const hidden: Client = {
    async send(definition, input, options) {
      const output = await oss.client.send(definition, input, options)
      return {
        ...output,
        hashCrc64: undefined,
        nextPosition: undefined,
        nextAppendPosition: undefined,
        objectType: undefined,
      }
    },
  }
  await using file = await appendFile(hidden, to)
  await file.write(' world')
  expect(file.tell()).toBe(11)
  oss.emulator.faults.add({ match: appends, dropAnswer: true })

  expect((await failureOf(file.write('!'))).cause).toMatchObject({ code: 'PositionNotEqualToLength' })
  expect(await text()).toBe('hello world!')
})

test('a token that expires between two writes is replaced', async () => {
  let minutes = 0
  const now = () => new Date(Date.UTC(2026, 0, 1, 0, minutes))
  await using timed = await emulated({ clock: now })
  const client = timed.clientWith({
    now: () => now().getTime(),
    credentialsProvider: refreshing(async () => {
      const { expiration: _, ...credentials } = await assumedRole(timed.emulator, now())
      return credentials
    }),
  })
  await using file = await appendFile(client, to)
  await file.write('hello')
  minutes = 20

  await file.write(' world')

  expect(new TextDecoder().decode(await timed.stored(to.key))).toBe('hello world')
  expect(timed.emulator.requests.filter(({ code }) => code === 'SecurityTokenExpired')).toHaveLength(1)
})

test('what is neither text nor bytes is refused before anything is sent', async () => {
  await using file = await open()
  const count = await counting('AppendObject', async () => {
    await expect(file.write(new Blob(['a']) as unknown as string)).rejects.toThrow(/^data: text or bytes, got object/)
  })
  expect(count).toBe(0)
})

test('keys may hold anything', async () => {
  const key = 'dir/中文 😀+~?#&=%.txt'
  await using file = await appendFile(oss.client, { bucket: 'files', key })

  await file.write('hello')

  expect(await text(key)).toBe('hello')
})

test('an abort ends a write that stands still, and those that wait behind it', async () => {
  const controller = new AbortController()
  await using file = await open({ signal: controller.signal })
  const standing = file.writeFrom(new ReadableStream())
  const waiting = file.write('a')

  controller.abort('enough')

  await expect(standing).rejects.toBe('enough')
  await expect(waiting).rejects.toBe('enough')
  await expect(open({ signal: controller.signal })).rejects.toBe('enough')
})

/** A stream that stands still after its first chunk, and why it was cancelled. */
function standing() {
  let cancel = (_: unknown) => {}
  const isCancelled = new Promise((resolve) => {
    cancel = resolve
  })
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new Uint8Array(5)),
    cancel: (reason) => cancel(reason),
  })
  return { stream, isCancelled }
}

test('an abort cancels the stream that is written, and those that wait behind it', async () => {
  await using file = await open()
  const controller = new AbortController()
  const [first, second] = [standing(), standing()]
  const options = { signal: controller.signal }
  const writes = [file.writeFrom(first.stream, options), file.writeFrom(second.stream, options)]

  controller.abort('enough')

  for (const write of writes) expect(await failureOf(write)).toBe('enough')
  expect(await Promise.all([first.isCancelled, second.isCancelled])).toEqual(['enough', 'enough'])
})

test('a stream of which the pieces are refused is cancelled', async () => {
  await using file = await open()
  oss.emulator.faults.add({ match: appends, status: 403, code: 'AccessDenied', times: 9 })
  let isCancelled = false
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(1_048_576)),
    cancel() {
      isCancelled = true
    },
  })

  expect((await failureOf(file.writeFrom(stream))).cause).toMatchObject({ code: 'AccessDenied' })

  expect(isCancelled).toBe(true)
})

test('an abort ends the waiting for another write, which goes on', async () => {
  await using file = await open()
  oss.emulator.faults.add({ match: appends, delayMs: 50 })
  const controller = new AbortController()
  const first = file.write('a')
  const second = file.write('b', { signal: controller.signal })

  controller.abort('enough')

  await expect(second).rejects.toBe('enough')
  expect(file.tell()).toBe(0)
  expect(await first).toBe(1)
  expect(await text()).toBe('a')
})

test('a closed file has what was written and refuses everything', async () => {
  const file = await open()
  const writing = file.write('hello')

  await file.close()
  await file.close()

  expect(await text()).toBe('hello')
  expect(await writing).toBe(5)
  const closed = (operation: string) => `${operation} oss://files/app.log: the file is closed`
  await expect(file.write('a')).rejects.toThrow(closed('write'))
  await expect(file.writeFrom('a')).rejects.toThrow(closed('writeFrom'))
  await expect(file.flush()).rejects.toThrow(closed('flush'))
  expect(() => file.tell()).toThrow(closed('tell'))
})

test('the full client opens files as well', async () => {
  const { endpoint, region, accessKeyId, accessKeySecret } = oss.emulator
  const client = new OSSClient({ endpoint, region, credentialsProvider: { accessKeyId, accessKeySecret } })
  await using file = await client.appendFile(to)

  await file.write('hello')

  expect((await oss.head(to.key)).hashCrc64).toBe('11177612005948864433')
})
