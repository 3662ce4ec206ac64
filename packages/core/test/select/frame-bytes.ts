const fromBase64 = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'))
const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replace(/[^\da-f]/g, ''), 'hex'))

/** As it was recorded: two frames of data with a heartbeat between them, and the end frame. All checksums are right. */
export const recorded = fromBase64(
  'AYAAAQAAABEAAAAAAAAAAAAAAAluYW1lLOWAvAqjQvONAYAABAAAAAgAAAAAAAAAAAAAAAkc/mfNAYAAAQAAABIAAAAAAAAAAAAAABN4LCJ5IDwmPiIKnEHueAGAAAUAAAAUAAAAAAAAAAAAAAATAAAAAAAAABMAAADItOf2SQ==',
)

/** What the recorded frames hold. */
export const recordedText = 'name,值\nx,"y <&>"\n'

/** Where in the recorded answer the first byte of data is. */
export const firstData = 20

/** A heartbeat, then the end frame of a CSV object. */
export const csvMeta = fromBase64(
  'AYAABAAAAAgAAAAAAAAAAAAAAABlIt9pAYAABgAAACQAAAAAAAAAAAAB4kwAAAAAAAHiQAAAAMgAAAADAAAAAAAAA+kAAAAHltM27g==',
)

/** The data `a` without a checksum. */
export const oneRow = fromHex('01800001 00000009 00000000  0000000000000001 61  00000000')

/** An end frame with the status 400 and the message `InvalidSql.no such column: x`, without a checksum. */
export const failedEnd = fromHex(
  '01800005 00000030 00000000  0000000000000002 0000000000000007 00000190 496e76616c696453716c2e6e6f207375636820636f6c756d6e3a2078  00000000',
)

/** An end frame with the status 200 after 8 GiB and 19 bytes, without a checksum. */
export const largeEnd = fromHex('01800005 00000014 00000000  0000000200000013 0000000200000013 000000c8  00000000')

/** The end frame of a JSON object that cannot be counted: `InvalidJson`, without a message. */
export const failedJsonMeta = fromHex(
  '01800007 0000002b 00000000  0000000000000000 0000000000000000 00000190 00000000 0000000000000000 496e76616c69644a736f6e  00000000',
)

export const joined = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

/** A copy with another byte at one place. */
export function damaged(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice()
  copy[at] = copy[at]! ^ 1
  return copy
}
