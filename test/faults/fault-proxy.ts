/** A server between a client and the emulator that loses, changes and delays bytes as it is told, head or body, both ways. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { faultQueue, type WireFault, wireRequest } from './wire-fault.ts'

export interface FaultProxy extends AsyncDisposable {
  readonly endpoint: string
  /** Takes the place of all faults there were. */
  setFaults(faults: readonly WireFault[]): void
  /** The operations that were asked for, in order, whatever became of them. */
  readonly operations: string[]
  /** The uploads that requests have named: those that the client knows of. */
  readonly namedUploads: ReadonlySet<string>
}

/** @param passMinute called where an `expire` fault lets time pass */
export async function startFaultProxy(target: string, passMinute: () => void): Promise<FaultProxy> {
  const queue = faultQueue()
  const operations: string[] = []
  const namedUploads = new Set<string>()
  const sockets = new Set<Socket>()
  const tracked = (socket: Socket): Socket => {
    sockets.add(socket)
    return socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  }
  const server = createServer((client) => void serve(tracked(client)))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    setFaults: queue.set,
    operations,
    namedUploads,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }

  /** Serves one request after the other, until a fault ends the connection. */
  async function serve(client: Socket): Promise<void> {
    const chunks = client[Symbol.asyncIterator]() as AsyncIterator<Buffer>
    try {
      for (let isOpen = true; isOpen; ) {
        const first = await readHead(chunks)
        if (!first) return
        const { operation, uploadId } = wireRequest(first.head)
        operations.push(operation)
        if (uploadId !== undefined) namedUploads.add(uploadId)
        isOpen = await carry(client, first, chunks, queue.take(operation))
      }
    } catch {
      // A client may leave at any moment.
    } finally {
      if (!client.writableEnded) client.destroy()
    }
  }

  /** Resolves to whether all came through, both ways. */
  async function carry(
    client: Socket,
    first: Head,
    chunks: AsyncIterator<Buffer>,
    fault?: WireFault,
  ): Promise<boolean> {
    if (fault?.kind === 'expire') passMinute()
    const { hostname, port } = new URL(target)
    const upstream = tracked(connect(Number(port), hostname))
    const hangUp = () => upstream.destroy()
    client.once('close', hangUp)
    const answer = collected(upstream)
    answer.catch(() => {})
    const asked = requestBytes(first, chunks)
    if (fault?.kind === 'refuse') {
      client.off('close', hangUp)
      upstream.destroy()
      for await (const _ of asked);
      client.write(refusal(fault.status))
      return true
    }
    const [there, back] = fault?.way === 'there' ? [fault, undefined] : [undefined, fault]
    if (!(await pass(asked, first.size, upstream, there, client))) return false
    const bytes = keptAlive(await answer)
    client.off('close', hangUp)
    return pass([bytes], { head: bytes.indexOf('\r\n\r\n') + 4, all: bytes.length }, client, back, client)
  }
}

interface Head {
  readonly head: string
  /** Bytes behind the head that came with it. */
  readonly rest: Buffer
  readonly size: Sizes
  readonly isChunked: boolean
}

/** What a body of unknown length is taken to hold, where a share of it is asked for. */
const usualBody = 100_000
const lastChunk = '\r\n0\r\n\r\n'

interface Sizes {
  readonly head: number
  readonly all: number
}

async function readHead(chunks: AsyncIterator<Buffer>): Promise<Head | undefined> {
  let bytes = Buffer.alloc(0)
  for (;;) {
    const { done, value } = await chunks.next()
    if (done) return undefined
    bytes = Buffer.concat([bytes, value])
    const end = bytes.indexOf('\r\n\r\n')
    if (end < 0) continue
    // The emulator then ends the connection behind its answer, which tells where that ends.
    const sent = bytes.toString('latin1', 0, end).replace(/\r\nconnection:[^\r]*/i, '')
    const head = `${sent}\r\nconnection: close\r\n\r\n`
    const isChunked = /\r\ntransfer-encoding: *chunked/i.test(sent)
    const [, length = '0'] = /\r\ncontent-length: *(\d+)/i.exec(sent) ?? []
    const size = { head: head.length, all: head.length + (isChunked ? usualBody : Number(length)) }
    return { head, rest: bytes.subarray(end + 4), size, isChunked }
  }
}

async function* requestBytes(
  { head, rest, size, isChunked }: Head,
  chunks: AsyncIterator<Buffer>,
): AsyncGenerator<Buffer> {
  yield Buffer.from(head, 'latin1')
  let left = size.all - size.head
  let tail = ''
  for (let chunk = rest; ; ) {
    left -= chunk.length
    tail = (tail + chunk.toString('latin1')).slice(-lastChunk.length)
    if (chunk.length > 0) yield chunk
    if (isChunked ? tail === lastChunk : left <= 0) return
    const { done, value } = await chunks.next()
    if (done) throw new Error('the client went away')
    chunk = value
  }
}

/** The emulator ends its connection behind the answer; the client's stays. */
function keptAlive(answer: Buffer): Buffer {
  const end = answer.indexOf('\r\n\r\n')
  if (end < 0) throw new Error('the emulator did not answer')
  const head = answer.toString('latin1', 0, end).replace(/\r\nconnection:[^\r]*/i, '')
  return Buffer.concat([Buffer.from(head, 'latin1'), answer.subarray(end)])
}

async function collected(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Passes bytes on as a fault lets it; resolves to whether all came through. */
async function pass(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  { head, all }: Sizes,
  to: Socket,
  fault: WireFault | undefined,
  client: Socket,
): Promise<boolean> {
  const limit = fault?.kind === 'cut' || fault?.kind === 'stall' ? Math.floor(all * fault.at) : Number.POSITIVE_INFINITY
  const corruptAt = fault?.kind === 'corrupt' ? head + Math.floor((all - head) * Math.min(fault.at, 0.99)) : -1
  let passed = 0
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.subarray(0, Math.max(0, limit - passed)))
    if (corruptAt >= passed && corruptAt < passed + bytes.length) bytes[corruptAt - passed]! ^= 1
    passed += chunk.length
    if (fault?.kind === 'slow') await trickle(bytes, to, Math.ceil(all / 20))
    else if (!to.write(bytes)) await drained(to)
    if (passed < limit) continue
    if (fault?.kind === 'stall') await once(client.resume(), 'close')
    else await ended(to)
    return false
  }
  return true
}

/** What was written arrives before the connection ends. */
const ended = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.once('close', () => resolve())
    socket.end(() => resolve())
  })

const drained = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done).off('close', done)
      resolve()
    }
    socket.on('drain', done).on('close', done)
  })

async function trickle(bytes: Buffer, to: Socket, size: number): Promise<void> {
  for (let at = 0; at < bytes.length && !to.destroyed; at += size) {
    to.write(bytes.subarray(at, at + size))
    await wait(1)
  }
}

function refusal(status: number): string {
  const code = status === 500 ? 'InternalError' : status === 503 ? 'ServiceUnavailable' : 'AccessDenied'
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>no</Message></Error>`
  return [
    `HTTP/1.1 ${status} ${code}`,
    'Content-Type: application/xml',
    `Content-Length: ${body.length}`,
    'Access-Control-Allow-Origin: *',
    '',
    body,
  ].join('\r\n')
}
