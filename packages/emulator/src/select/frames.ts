import { crc32 } from 'node:zlib'

const dataType = 0x800001
const heartbeatType = 0x800004
const endType = 0x800005
const csvMetaType = 0x800006
const jsonMetaType = 0x800007

const headSize = 12
const offsetSize = 8

function numbers(...values: readonly (readonly [value: number, size: 4 | 8])[]): Buffer {
  return Buffer.concat(
    values.map(([value, size]) => {
      const bytes = Buffer.alloc(size)
      if (size === 8) bytes.writeBigUInt64BE(BigInt(value))
      else bytes.writeUInt32BE(value)
      return bytes
    }),
  )
}

/**
 * Frames a payload: version and type, size of the payload, checksum of the header, which is not used, the payload, which
 * begins with the offset that was come to, and its CRC-32, or 0.
 */
function frame(type: number, offset: number, rest: Uint8Array, hasCrc: boolean): Buffer {
  const head = numbers([0x1000000 + type, 4], [offsetSize + rest.length, 4], [0, 4])
  const payload = Buffer.concat([numbers([offset, offsetSize]), rest])
  return Buffer.concat([head.subarray(0, headSize), payload, numbers([hasCrc ? crc32(payload) : 0, 4])])
}

/** A frame with what was selected. */
export const dataFrame = (offset: number, data: Uint8Array, hasCrc: boolean): Buffer =>
  frame(dataType, offset, data, hasCrc)

/** A frame that keeps a connection open while nothing is found. */
export const heartbeatFrame = (offset: number, hasCrc: boolean): Buffer =>
  frame(heartbeatType, offset, new Uint8Array(), hasCrc)

/** How a query ended. */
export interface End {
  /** Bytes of the object that were read. */
  readonly scanned: number
  readonly status: number
  /** `Code.message` of an error. */
  readonly message: string
}

/** The last frame of a query. */
export function endFrame({ scanned, status, message }: End, hasCrc: boolean): Buffer {
  const rest = Buffer.concat([numbers([scanned, 8], [status, 4]), Buffer.from(message, 'utf8')])
  return frame(endType, scanned, rest, hasCrc)
}

/** What an object consists of. */
export interface Meta {
  readonly scanned: number
  readonly splits: number
  readonly rows: number
  /** Of CSV. */
  readonly columns?: number
}

/** The frame that tells what an object consists of. */
export function metaFrame({ scanned, splits, rows, columns }: Meta): Buffer {
  const counts = numbers([scanned, 8], [200, 4], [splits, 4], [rows, 8])
  if (columns === undefined) return frame(jsonMetaType, scanned, counts, true)
  return frame(csvMetaType, scanned, Buffer.concat([counts, numbers([columns, 4])]), true)
}
