import { checkObjectKey } from '../addressing.ts'
import { authorize } from '../authorization/authorize.ts'
import type { Call } from '../call.ts'
import { invalidArgument } from '../errors.ts'
import { type OssResponse, only, readBody } from '../message.ts'
import { percentDecode } from '../percent-encode.ts'
import { readInstruction } from '../process/instruction.ts'
import { processed } from '../process/process.ts'
import { readableOf } from './get-object.ts'
import { storeObject } from './put-object.ts'

/** ProcessObject: keeps what processing an object comes to as another object. */
export async function processObject(call: Call): Promise<OssResponse> {
  const { content } = readableOf(call)
  const sent = (await readBody(call.request)).trim().replace(/^x-oss-process=/, '')
  // ali-oss escapes it as in a form, other clients send it as it is; a plus sign is one of base64.
  const text = percentDecode(sent) ?? sent
  const instruction = readInstruction(call, text)
  const { saveAs } = instruction
  if (saveAs === undefined) throw invalidArgument('x-oss-process', text, 'The place to save to is missing.')
  checkObjectKey(saveAs.key)
  const { bytes, contentType } = await processed(call, content, instruction)
  const target = { bucket: saveAs.bucket || call.bucket, key: saveAs.key }
  const { circumstances } = call
  authorize(call.store, call.principal, { operation: 'PutObject', ...target, circumstances })
  const headers = new Map([['content-type', contentType]])
  await storeObject({ ...call, ...target, request: { ...call.request, headers, body: only(bytes) } })
  const answer = { bucket: saveAs.bucket, fileSize: bytes.length, object: saveAs.key, status: 'OK' }
  return { status: 200, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(answer) }
}
