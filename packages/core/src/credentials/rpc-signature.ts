import { encodeBase64 } from '../base64.ts'
import { utf8 } from '../bytes.ts'
import { percentEncode } from '../percent-encode.ts'
import type { Hasher } from '../signing/hasher.ts'

/** Writes parameters as they are signed and sent: sorted by name, encoded, also those without a value with `=`. */
export const canonicalParameters = (parameters: Readonly<Record<string, string>>): string =>
  Object.entries(parameters)
    .map(([name, value]): [string, string] => [percentEncode(name), percentEncode(value, name)])
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map((pair) => pair.join('='))
    .join('&')

/**
 * Signs a request in RPC style, signature version 1.0, HMAC-SHA1.
 *
 * @see {@link https://www.alibabacloud.com/help/en/sdk/product-overview/rpc-mechanism RPC signatures}
 */
export async function signRpc(
  method: string,
  parameters: Readonly<Record<string, string>>,
  accessKeySecret: string,
  hasher: Hasher,
): Promise<string> {
  const authenticate = await hasher.hmac('SHA-1', utf8(`${accessKeySecret}&`))
  return encodeBase64(await authenticate(utf8(`${method}&%2F&${percentEncode(canonicalParameters(parameters))}`)))
}
