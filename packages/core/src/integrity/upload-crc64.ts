import { bytewiseCrc64 } from './bytewise-crc64.ts'
import type { Crc64 } from './crc64.ts'

/** Bytes that are summed up before a faster engine would have been loaded. */
const few = 262_144

/** The checksum for an upload of so many bytes. What is large, or of unknown size, is worth loading the faster engine for. */
export async function uploadCrc64(size = Infinity): Promise<Crc64> {
  const faster = size > few ? await import('./crc64.ts').catch(() => undefined) : undefined
  return faster ? faster.crc64() : bytewiseCrc64()
}
