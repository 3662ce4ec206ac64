import type { Values } from './random-values.ts'

/**
 * Values that say the same are equal: bytes as hex; no members that are undefined, lists of nothing, bytes of nothing; no
 * metadata of which there is none.
 */
export function comparable(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (Array.isArray(value)) return value.map(comparable)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(
    Object.entries(value as Values)
      .filter(([name, member]) => member !== undefined && !isNothing(member) && !isNoMetadata(name, member))
      .map(([name, member]) => [name, comparable(member)]),
  )
}

const isNothing = (value: unknown): boolean =>
  (Array.isArray(value) && value.length === 0) || (value instanceof Uint8Array && value.byteLength === 0)

const isNoMetadata = (name: string, value: unknown): boolean =>
  name === 'metadata' && typeof value === 'object' && value !== null && Object.keys(value).length === 0
