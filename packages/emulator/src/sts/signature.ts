import { createHmac, timingSafeEqual } from 'node:crypto'
import { compareBytes } from '../byte-string.ts'
import { percentEncode } from '../percent-encode.ts'
import { StsFault } from './answer.ts'
import type { RpcParameters } from './parameters.ts'

/** The text that an RPC request signs: verb, path and sorted parameters without the signature. */
function rpcStringToSign(method: string, parameters: RpcParameters): string {
  const pairs = [...parameters].filter(([name]) => name !== 'Signature')
  const canonical = pairs
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .sort(compareBytes)
    .join('&')
  return `${method}&%2F&${percentEncode(canonical)}`
}

/** Throws `SignatureDoesNotMatch` unless the request is signed with the secret. */
export function checkRpcSignature(method: string, parameters: RpcParameters, secret: string): void {
  const text = rpcStringToSign(method, parameters)
  const expected = createHmac('sha1', `${secret}&`).update(text).digest()
  const given = Buffer.from(parameters.get('Signature') ?? '', 'base64')
  if (given.length === expected.length && timingSafeEqual(given, expected)) return
  const message = `Specified signature is not matched with our calculation. server string to sign is:${text}`
  throw new StsFault(400, 'SignatureDoesNotMatch', message, 'the RPC signature is wrong')
}
