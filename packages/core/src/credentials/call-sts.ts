import { abortable } from '../abortable.ts'
import { check } from '../check.ts'
import { readEndpoint } from '../endpoint/endpoint.ts'
import { ServiceError } from '../errors.ts'
import type { Transport } from '../http/transport.ts'
import { createClock } from '../retry/clock.ts'
import { defaultRetryer } from '../retry/default-retryer.ts'
import type { Retryer } from '../retry/retryer.ts'
import { sleep } from '../retry/sleep.ts'
import type { Hasher } from '../signing/hasher.ts'
import type { Credentials } from './credentials.ts'
import type { CheckedCredentialsProvider } from './resolve-credentials.ts'
import { type StsAnswer, type StsRequest, sendToSts } from './send-to-sts.ts'

/** How STS is called. */
export interface StsOptions {
  /** Calls the region's own STS, `sts.{region}.aliyuncs.com`. @default none: `sts.aliyuncs.com`, which serves all regions */
  region?: string | undefined
  /** A host, or a URL whose path is ignored; https where it does not say http. Wins over `region`. */
  endpoint?: string | undefined
  /** What sends requests. @default fetchTransport() */
  transport?: Transport | undefined
  /** What is tried again, and when. @default three attempts if STS fails, is busy or cannot be reached */
  retryer?: Retryer | undefined
  /** Milliseconds to wait for a connection. @default 5000 */
  connectTimeoutMs?: number | undefined
  /** Milliseconds without a byte moving before an attempt is given up. @default 5000 */
  readWriteTimeoutMs?: number | undefined
  /** The hashes that signing needs. @default WebCrypto, or @noble/hashes where a page has none */
  hasher?: Hasher | undefined
  /** Milliseconds since 1970. @default Date.now */
  now?: (() => number) | undefined
}

/** Finds where STS is. Throws a `ValidationError` of the field `region` or `endpoint`. */
export function stsUrl({ region = '', endpoint }: StsOptions): string {
  check('region', /^[a-z\d-]*$/.test(region), 'an id as in cn-hangzhou', region)
  const [scheme, host] = readEndpoint(endpoint || `sts.${region && `${region}.`}aliyuncs.com`, {})
  return `${scheme}://${host}/`
}

/**
 * Calls STS. What STS says of a wrong clock or of refused credentials is set right where that is possible, and the call
 * then repeated at once.
 *
 * @param provider who signs; without one, nothing is signed
 */
export async function callSts(
  request: StsRequest,
  options: StsOptions,
  signal = new AbortController().signal,
  provider?: CheckedCredentialsProvider,
): Promise<StsAnswer> {
  const { retryer = defaultRetryer } = options
  const url = stsUrl(options)
  const clock = createClock(options.now)
  let credentials: Credentials | undefined
  let refused: string | undefined

  const attempt = async () => {
    signal.throwIfAborted()
    credentials = provider && (await abortable(provider.getCredentials(), signal))
    return sendToSts({ ...request, url, credentials, now: clock.now(), signal }, options)
  }

  /** Returns whether there was something to set right. */
  const mend = ({ code, serverTime }: ServiceError): boolean => {
    if (code === 'InvalidTimeStamp.Expired' && serverTime && !clock.offsetMs) {
      clock.offsetMs = Number(serverTime) - Number(clock.now())
      return true
    }
    const isKeyRefused = /SecurityToken|InvalidAccessKeyId/.test(code) && credentials?.accessKeyId !== refused
    if (!isKeyRefused || !provider?.invalidate) return false
    refused = credentials?.accessKeyId
    provider.invalidate()
    return true
  }

  const persist = (number: number): Promise<StsAnswer> =>
    attempt().catch(async (error) => {
      signal.throwIfAborted()
      if (number >= retryer.maxAttempts) throw error
      if (error instanceof ServiceError && mend(error)) return persist(number + 1)
      if (!retryer.isRetryable(error)) throw error
      await sleep(retryer.delayMs(number, error), signal)
      return persist(number + 1)
    })
  return persist(1)
}
