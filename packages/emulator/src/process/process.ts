import { buffer } from 'node:stream/consumers'
import type { Call } from '../call.ts'
import { notImplemented } from '../errors.ts'
import type { ObjectRecord } from '../storage/records.ts'
import { type Processed, processImage } from './image.ts'
import type { Instruction } from './instruction.ts'

/** Processes an object as an instruction says. */
export async function processed(call: Call, object: ObjectRecord, { kind, steps }: Instruction): Promise<Processed> {
  if (kind !== 'image') throw notImplemented(`Processing by ${kind}`)
  const { body, release } = call.bytes.hold(object.pieces)
  try {
    return await processImage(await buffer(body), steps)
  } finally {
    release()
  }
}
