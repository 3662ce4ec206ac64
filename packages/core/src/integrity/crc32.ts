/**
 * CRC-32/ISO-HDLC, that of zip and PNG: polynomial 0x04C11DB7, reflected, start and final xor all ones.
 *
 * @see {@link https://reveng.sourceforge.io/crc-catalogue/17plus.htm#crc.cat.crc-32-iso-hdlc CRC-32/ISO-HDLC}
 */

let sharedTable: Int32Array | undefined

/** The checksum of data, as an unsigned number; `initial` is that of the data before. */
export function crc32(data: Uint8Array, initial = 0): number {
  sharedTable ??= createTable()
  const table = sharedTable
  let crc = ~initial
  for (let i = 0; i < data.length; i++) crc = (crc >>> 8) ^ table[(crc ^ data[i]!) & 255]!
  return ~crc >>> 0
}

const createTable = (): Int32Array =>
  Int32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0)
    return remainder
  })
