import { type HttpRequest, OSSError, RequestError, TimeoutError, ValidationError } from '@oss-js/core'

const untrusted = 'no authority known here vouches for the certificate: give that authority as `ca`'
const unreachable =
  'there is no way to it: check the network, and that an internal endpoint is called from inside its region'

/** What a code of Node or undici means, and what to check. */
const meanings: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: check the endpoint and its port',
  ENOTFOUND: 'the name does not exist: check region and endpoint for typing errors, and the DNS',
  EAI_AGAIN: 'the name cannot be looked up at the moment: check the network and its DNS',
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ECONNRESET: 'the connection broke',
  EPIPE: 'the connection broke',
  UND_ERR_SOCKET: 'the connection broke',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the connection broke before the whole answer was here',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of the answer are too long',
  UND_ERR_DESTROYED: 'the transport was closed',
  UND_ERR_CLOSED: 'the transport was closed',
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  ERR_TLS_CERT_ALTNAME_INVALID:
    'the certificate is for another name: check the endpoint, `useCname` and `usePathStyle`',
  CERT_HAS_EXPIRED: 'the certificate has expired, or the clock of this machine is wrong',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet, or the clock of this machine is wrong',
  EPROTO: 'no TLS connection came about: check whether the endpoint is https or http',
  ERR_SSL_WRONG_VERSION_NUMBER: 'no TLS is spoken there: check whether the endpoint is https or http',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'no TLS is spoken there: check whether the endpoint is https or http',
}

interface NodeError extends Error {
  code?: string
  address?: string
  port?: number
}

/** Says in one line what stopped an exchange; the error of Node or undici is its cause. */
export function exchangeFailure({ method, url, connectTimeoutMs }: HttpRequest, error: NodeError): OSSError {
  if (error instanceof OSSError) return error
  const { host } = new URL(url)
  const { name, code = '', message, address, port } = error
  const where = `${method} ${host}`
  // Headers are awaited for so long of a proxy only, before it is a connection.
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'UND_ERR_HEADERS_TIMEOUT') {
    const problem = `no connection within ${connectTimeoutMs} ms: check network, endpoint and proxy, or raise connectTimeoutMs`
    return new TimeoutError(`${where}: ${problem}`, { cause: error })
  }
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED') return new ValidationError('headers', message)
  const proxyStatus = /^Proxy response \((\d+)\)/.exec(message)?.[1]
  if (proxyStatus) {
    const advice =
      proxyStatus === '407' ? 'check the user and password in its URL' : 'check that it may connect to this host'
    return new RequestError(`${where}: the proxy answered ${proxyStatus}: ${advice}`, { cause: error })
  }
  const meaning = name === 'HTTPParserError' ? 'the answer is no HTTP: check the endpoint' : meanings[code]
  const target = address ? ` (${code} ${address}${port ? `:${port}` : ''})` : code && ` (${code})`
  return new RequestError(`${where}: ${meaning ?? message}${target}`, { cause: error })
}
