import type { Body } from '../../src/http/request-body.ts'
import type { Random } from '../xml/random.ts'

/** The same bytes in one of the forms that a body may have. */
export function randomBody(random: Random, bytes: Uint8Array): Body {
  const forms: (() => Body)[] = [
    () => bytes,
    () => bytes.slice().buffer,
    () => new DataView(Uint8Array.of(0, ...bytes, 0).buffer, 1, bytes.byteLength),
    () => new Blob([bytes.slice()]),
    () => new Blob([bytes.slice()]).stream(),
    () => () => bytes,
    () => ({ size: bytes.byteLength, open: () => bytes }),
    () => inChunks(bytes),
  ]
  return random.pick(forms)()
}

async function* inChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += 7) yield bytes.slice(at, at + 7)
}
