/** CRC-64/XZ (ECMA-182 reflected), by its definition. */
export function crc64Of(bytes: Uint8Array): string {
  const polynomial = 0xc96c5795d7870f42n
  const all = 0xffffffffffffffffn
  let sum = all
  for (const byte of bytes) {
    sum ^= BigInt(byte)
    for (let bit = 0; bit < 8; bit++) sum = sum & 1n ? (sum >> 1n) ^ polynomial : sum >> 1n
  }
  return String(sum ^ all)
}
