import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Client } from 'ali-oss'
import { type Random, randomOf } from './random.ts'
import { areWhole, tellingBytes } from './telling-bytes.ts'

/** What many clients did, and what they found wrong. */
export interface Report {
  readonly counts: Map<string, number>
  readonly wrong: string[]
}

/** One client among many: it works on keys of its own, of which it knows every byte, and on keys that all share. */
export interface MixedClient {
  /** Does something at random, and checks the answer. */
  step(): Promise<void>
  /** Reads everything of its own again. */
  checkAll(): Promise<void>
}

interface State {
  readonly oss: Client
  readonly name: string
  readonly random: Random
  /** What must be there under the client's own keys. */
  readonly objects: Map<string, Buffer>
  /** What must be there that was appended to. */
  readonly logs: Map<string, Buffer>
  /** Bytes that no client has sent yet. */
  fresh(least: number, most: number): Buffer
  expectThat(isRight: boolean, what: string): void
}

type Step = (state: State) => Promise<void>

const partSize = 100 * 1024
const sharedKeys = ['shared/a', 'shared/b', 'shared/c', 'shared/d']

const etagOf = (bytes: Buffer): string => `"${createHash('md5').update(bytes).digest('hex').toUpperCase()}"`

const ownKey = ({ name, random }: State): string =>
  `${name}/${random.pick(['a', 'b ', '+', '文/'])}${random.between(0, 4)}`

const someObject = ({ objects, random }: State): [key: string, bytes: Buffer] | undefined =>
  objects.size === 0 ? undefined : random.pick([...objects])

/** The bytes of an object, or undefined where there is none. */
async function read({ oss }: State, key: string, headers: Record<string, string> = {}): Promise<Buffer | undefined> {
  try {
    return (await oss.get!(key, { headers })).content
  } catch (error) {
    if ((error as { code?: string }).code === 'NoSuchKey') return undefined
    throw error
  }
}

const isSame = (found: Buffer | undefined, expected: Buffer | undefined): boolean =>
  found === undefined || expected === undefined ? found === expected : found.equals(expected)

const put: Step = async (state) => {
  const [key, bytes] = [ownKey(state), state.fresh(16, 200_000)]
  const { res } = await state.oss.put!(key, bytes)
  state.objects.set(key, bytes)
  state.expectThat(res.headers.etag === etagOf(bytes), `the ETag of ${key}`)
}

const putStream: Step = async (state) => {
  const [key, bytes] = [ownKey(state), state.fresh(16, 200_000)]
  const middle = bytes.length >> 1
  await state.oss.putStream!(key, Readable.from([bytes.subarray(0, middle), bytes.subarray(middle)]))
  state.objects.set(key, bytes)
}

const get: Step = async (state) => {
  const key = ownKey(state)
  const bytes = await read(state, key)
  state.expectThat(isSame(bytes, state.objects.get(key)), `the bytes of ${key}`)
}

const getRange: Step = async (state) => {
  const [key, bytes] = someObject(state) ?? []
  if (key === undefined || bytes === undefined) return
  const first = state.random.between(0, bytes.length - 1)
  const last = state.random.between(first, bytes.length - 1)
  const part = await read(state, key, { Range: `bytes=${first}-${last}` })
  state.expectThat(isSame(part, bytes.subarray(first, last + 1)), `the bytes of ${key} from ${first} to ${last}`)
}

const list: Step = async (state) => {
  const found: [key: string, size: number][] = []
  const query = { prefix: `${state.name}/`, 'max-keys': state.random.between(3, 30) }
  let token: string | null = null
  do {
    const page = await state.oss.listV2!({ ...query, ...(token && { 'continuation-token': token }) })
    for (const { name, size } of page.objects) found.push([name, size])
    token = page.nextContinuationToken
  } while (token !== null)
  const expected = [...state.objects, ...state.logs].map(([key, { length }]): [string, number] => [key, length])
  expected.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  state.expectThat(JSON.stringify(found) === JSON.stringify(expected), 'the list of its objects')
}

const remove: Step = async (state) => {
  const key = ownKey(state)
  await state.oss.delete!(key)
  state.objects.delete(key)
}

const removeMany: Step = async (state) => {
  const keys = [...new Set([ownKey(state), ownKey(state), ownKey(state)])]
  await state.oss.deleteMulti!(keys, { quiet: true })
  for (const key of keys) state.objects.delete(key)
}

const copy: Step = async (state) => {
  const [source, bytes] = someObject(state) ?? []
  if (source === undefined || bytes === undefined) return
  const key = ownKey(state)
  await state.oss.copy!(key, source)
  state.objects.set(key, bytes)
}

const append: Step = async (state) => {
  const key = `${state.name}/log${state.random.between(0, 2)}`
  const [before, bytes] = [state.logs.get(key) ?? Buffer.alloc(0), state.fresh(16, 20_000)]
  if (before.length > 500_000) {
    await state.oss.delete!(key)
    state.logs.delete(key)
    return
  }
  const { nextAppendPosition } = await state.oss.append!(key, bytes, { position: before.length })
  state.logs.set(key, Buffer.concat([before, bytes]))
  state.expectThat(Number(nextAppendPosition) === before.length + bytes.length, `the next position of ${key}`)
}

const readLog: Step = async (state) => {
  const [key, bytes] = state.logs.size === 0 ? [] : state.random.pick([...state.logs])
  if (key === undefined) return
  state.expectThat(isSame(await read(state, key), bytes), `the bytes of ${key}`)
}

const multipart: Step = async (state) => {
  const [key, bytes] = [ownKey(state), state.fresh(2 * partSize, 4 * partSize)]
  await state.oss.multipartUpload!(key, bytes, { partSize, parallel: 3 })
  state.objects.set(key, bytes)
}

const giveUp: Step = async (state) => {
  const key = ownKey(state)
  const { uploadId } = await state.oss.initMultipartUpload!(key)
  await state.oss.uploadPart!(key, uploadId, 1, state.fresh(16, 20_000), 0, 16)
  const { parts } = await state.oss.listParts!(key, uploadId)
  state.expectThat(parts.Size === '16', `the part of ${key}`)
  await state.oss.abortMultipartUpload!(key, uploadId)
}

const putShared: Step = async (state) => {
  await state.oss.put!(state.random.pick(sharedKeys), state.fresh(16, 100_000))
}

const getShared: Step = async (state) => {
  const bytes = await read(state, state.random.pick(sharedKeys))
  state.expectThat(bytes === undefined || areWhole(bytes), 'a shared object')
}

const removeShared: Step = async ({ oss, random }) => {
  await oss.delete!(random.pick(sharedKeys))
}

/** Each as often as it is to happen. */
const steps: readonly (readonly [times: number, name: string, step: Step])[] = [
  [6, 'put', put],
  [2, 'put of a stream', putStream],
  [8, 'get', get],
  [3, 'get of a range', getRange],
  [2, 'list', list],
  [1, 'delete', remove],
  [1, 'delete of many', removeMany],
  [2, 'copy', copy],
  [3, 'append', append],
  [1, 'get of what was appended', readLog],
  [1, 'multipart upload', multipart],
  [1, 'upload given up', giveUp],
  [2, 'put of a shared object', putShared],
  [3, 'get of a shared object', getShared],
  [1, 'delete of a shared object', removeShared],
]
const drawn = steps.flatMap((entry) => Array.from({ length: entry[0] }, () => entry))

/** Makes a client that works under `name/`; what it does follows from the seed. */
export function mixedClient(oss: Client, name: string, seed: number, { counts, wrong }: Report): MixedClient {
  const random = randomOf(seed)
  let made = 0
  const state: State = {
    oss,
    name,
    random,
    objects: new Map(),
    logs: new Map(),
    fresh: (least, most) => tellingBytes(seed * 100_000 + ++made, Math.round(least * (most / least) ** random.next())),
    expectThat(isRight, what) {
      if (!isRight) wrong.push(`${name}, seed ${seed}: ${what}`)
    },
  }
  return {
    async step() {
      const [, what, step] = random.pick(drawn)
      await step(state).catch((error: Error) => wrong.push(`${name}, seed ${seed}: ${what}: ${error}`))
      counts.set(what, (counts.get(what) ?? 0) + 1)
    },
    async checkAll() {
      await list(state)
      for (const [key, bytes] of [...state.objects, ...state.logs]) {
        state.expectThat(isSame(await read(state, key), bytes), `the bytes of ${key} in the end`)
      }
    },
  }
}
