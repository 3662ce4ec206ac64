/** How the vectors write a piece of data. */
export interface VectorData {
  generator?: { size: number; a: number; b: number }
  utf8?: string
  hex?: string
}

/** The bytes that a vector means. */
export function toBytes({ generator, utf8, hex }: VectorData): Uint8Array {
  if (generator) return Uint8Array.from({ length: generator.size }, (_, i) => i * generator.a + generator.b)
  if (hex !== undefined) return Uint8Array.from(Buffer.from(hex, 'hex'))
  return new TextEncoder().encode(utf8)
}
