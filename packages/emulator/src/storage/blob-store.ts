/** Keeps the bytes of objects and parts. A blob is written once and never changed; its id tells nothing of its key. */
export interface BlobStore {
  /** Keeps all bytes of `body` and resolves with the blob's id. Keeps nothing when `body` throws. */
  write(body: AsyncIterable<Uint8Array>): Promise<string>
  /** Makes a second blob of the same bytes, without copying where that is possible. */
  duplicate(id: string): Promise<string>
  read(id: string, offset: number, size: number): AsyncIterable<Uint8Array>
  remove(id: string): Promise<void>
  /** Removes every blob whose id is not in `used`. */
  sweep(used: ReadonlySet<string>): Promise<void>
}
