/**
 * The frames in which OSS answers queries. Numbers are big endian:
 *
 * version (1 byte), type (3), size of the payload (4), checksum of the header (4, not used), payload, CRC-32 of the payload (4)
 *
 * A payload begins with the offset in the object that the query has come to (8).
 */
import { IntegrityError, SerializationError } from '../errors.ts'
import { crc32 } from '../integrity/crc32.ts'

const dataType = 0x800001
/** Keeps the connection open while nothing is found. */
const heartbeatType = 0x800004

/** How many bytes of each type of end frame come before the message. */
const endSizes: Readonly<Record<number, number>> = {
  // Offset (8), bytes scanned (8), status (4).
  8388613: 20,
  // The same, then splits (4), rows (8), columns (4).
  8388614: 36,
  // The same without columns.
  8388615: 32,
}

/** Version, type, sizes, and the offset that is in every frame. */
const headSize = 20
const offsetSize = 8
const checksumSize = 4

/** Bytes of a frame's payload that are kept in memory, at most. Data is handed on as it comes. */
const maxKept = 65_536

/** The last frame of an answer. */
export interface EndFrame {
  /** Where in the object the query ended. */
  readonly offset: number
  readonly totalScannedBytes: number
  /** How the query went, as an HTTP status. */
  readonly status: number
  /** Of an answer about the object: how many splits, rows and columns it has. */
  readonly splitsCount: number
  readonly rowsCount: number
  readonly colsCount: number
  /** What went wrong, as `Code.message`. */
  readonly message: string
}

/** Takes frames apart, wherever their bytes are cut. */
export interface FrameReader {
  /** Yields the data in the next bytes of the answer. */
  read(bytes: Uint8Array): Generator<Uint8Array, void, undefined>
  /** The end frame, once it was read. What comes behind it is not looked at. */
  readonly end: EndFrame | undefined
}

interface Frame {
  readonly type: number
  /** The first bytes of the payload. */
  readonly offset: Uint8Array
  /** Bytes of the payload to come. */
  left: number
  /** CRC-32 of the payload so far. */
  crc: number
}

/**
 * Reading throws an IntegrityError if a payload is not the one that OSS sent, a SerializationError if these are no frames.
 *
 * @param operation the operation's name, for messages
 * @param checksPayload whether payloads are compared with their CRC-32; OSS writes 0 for none
 */
export function createFrameReader(operation: string, checksPayload: boolean): FrameReader {
  let pending: Uint8Array = new Uint8Array()
  let frame: Frame | undefined
  let end: EndFrame | undefined

  function take(size: number): Uint8Array | undefined {
    if (pending.length < size) return undefined
    const bytes = pending.subarray(0, size)
    pending = pending.subarray(size)
    return bytes
  }

  function takeData(open: Frame): Uint8Array | undefined {
    const size = Math.min(open.left, pending.length)
    if (open.type !== dataType || size === 0) return undefined
    const data = take(size)!
    open.left -= size
    if (checksPayload) open.crc = crc32(data, open.crc)
    return data
  }

  /** Whether all of the frame has come. */
  function close(open: Frame): boolean {
    const tail = take(open.left + checksumSize)
    if (!tail) return false
    const rest = tail.subarray(0, open.left)
    if (checksPayload) compare(operation, crc32(rest, open.crc), uint32(tail, open.left))
    if (open.type in endSizes) end = endFrame(open.type, joined(open.offset, rest))
    frame = undefined
    return true
  }

  return {
    get end() {
      return end
    },
    *read(bytes) {
      if (end) return
      pending = joined(pending, bytes)
      while (!end) {
        frame ??= openFrame(take(headSize))
        if (!frame) return
        const data = takeData(frame)
        if (data) yield data
        else if (!close(frame)) return
      }
    },
  }
}

function openFrame(head: Uint8Array | undefined): Frame | undefined {
  if (!head) return undefined
  const type = uint32(head, 0) & 0xffffff
  const size = uint32(head, 4)
  const offset = head.slice(headSize - offsetSize)
  const left = size - offsetSize
  const isKnown = type === dataType || type === heartbeatType || type in endSizes
  if (!isKnown || size < (endSizes[type] ?? offsetSize) || (type !== dataType && left > maxKept)) {
    throw new SerializationError(
      `expected frames, got one of the type ${type} with ${size} bytes; a page sees that there are none only if the CORS rules of the bucket expose x-oss-select-output-raw`,
    )
  }
  return { type, offset, left, crc: crc32(offset) }
}

function compare(operation: string, clientCrc: number, serverCrc: number): void {
  if (serverCrc === 0 || clientCrc === serverCrc) return
  throw new IntegrityError(operation, String(clientCrc), String(serverCrc), 'CRC-32')
}

function endFrame(type: number, payload: Uint8Array): EndFrame {
  const size = endSizes[type]!
  return {
    offset: uint64(payload, 0),
    totalScannedBytes: uint64(payload, 8),
    status: uint32(payload, 16),
    splitsCount: size > 20 ? uint32(payload, 20) : 0,
    rowsCount: size > 20 ? uint64(payload, 24) : 0,
    colsCount: size > 32 ? uint32(payload, 32) : 0,
    message: new TextDecoder().decode(payload.subarray(size)),
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second
  const bytes = new Uint8Array(first.length + second.length)
  bytes.set(first)
  bytes.set(second, first.length)
  return bytes
}

const uint32 = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at)

const uint64 = (bytes: Uint8Array, at: number): number => uint32(bytes, at) * 2 ** 32 + uint32(bytes, at + 4)
