import type { OssRequest } from '../message.ts'
import { readBody } from '../message.ts'
import { parseForm } from '../percent-encode.ts'

/** The parameters of an RPC request, from the query and from the form body. */
export type RpcParameters = ReadonlyMap<string, string>

const isForm = (request: OssRequest): boolean =>
  request.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded') === true

/** Reads the parameters of an STS request. Undefined when it is none: it has no `Action`. */
export async function rpcParameters(request: OssRequest, isStsHost: boolean): Promise<RpcParameters | undefined> {
  // A plus sign in the query of an RPC request is a space, as in a form.
  const parameters = new Map(parseForm(request.target.split('?')[1] ?? ''))
  if (request.method === 'POST' && isForm(request)) {
    for (const [name, value] of parseForm(await readBody(request, 65_536)) ?? []) parameters.set(name, value)
  }
  return isStsHost || parameters.has('Action') ? parameters : undefined
}
