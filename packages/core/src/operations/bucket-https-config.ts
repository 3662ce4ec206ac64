import { operation } from '../operation.ts'
import { boolean, element, list, oneOf, required, string, struct, type TypeOf, xmlBody } from '../words.ts'

const tlsVersion = oneOf('TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3')
/** A version of TLS. */
export type TlsVersion = TypeOf<typeof tlsVersion>

const tls = struct({
  /** Whether only the versions in `tlsVersions` are accepted. @default false, which accepts 1.0, 1.1 and 1.2 */
  enable: required(boolean),
  /** The versions to accept; required where `enable` is true. */
  tlsVersions: list('TLSVersion', tlsVersion),
})

/** Which versions of TLS a bucket accepts. */
export interface Tls extends TypeOf<typeof tls> {}

const cipherSuite = struct({
  /** Whether the cipher suites are limited. */
  enable: required(boolean),
  /** Whether to take OSS's choice of strong suites instead of a choice of one's own. */
  strongCipherSuite: boolean,
  /** Suites of TLS 1.2 and below to accept, as in `ECDHE-ECDSA-AES128-SHA256`; without `strongCipherSuite`. */
  customCipherSuites: list('CustomCipherSuite', string),
  /** Suites of TLS 1.3 to accept, as in `TLS_AES_128_GCM_SHA256`; without `strongCipherSuite`. */
  tls13CustomCipherSuites: list('TLS13CustomCipherSuite', string),
})

/** Which cipher suites a bucket accepts. */
export interface CipherSuite extends TypeOf<typeof cipherSuite> {}

const httpsConfiguration = struct({
  /** Which versions of TLS are accepted. */
  tls: element<Tls>('TLS', tls),
  /** Which cipher suites are accepted. */
  cipherSuite: element<CipherSuite>('CipherSuite', cipherSuite),
})

/** What a bucket demands of HTTPS. */
export interface HttpsConfiguration extends TypeOf<typeof httpsConfiguration> {}

/**
 * Sets which versions of TLS and which cipher suites a bucket accepts. Clients that have none of them cannot connect.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putbuckethttpsconfig PutBucketHttpsConfig}
 */
export const putBucketHttpsConfig = operation({
  name: 'PutBucketHttpsConfig',
  route: 'PUT /{bucket}?httpsConfig',
  input: {
    /** What the bucket shall demand. */
    httpsConfiguration: required(xmlBody<HttpsConfiguration>('HttpsConfiguration', httpsConfiguration)),
  },
})

/**
 * Tells which versions of TLS and which cipher suites a bucket accepts.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbuckethttpsconfig GetBucketHttpsConfig}
 */
export const getBucketHttpsConfig = operation({
  name: 'GetBucketHttpsConfig',
  route: 'GET /{bucket}?httpsConfig',
  output: {
    /** What the bucket demands. */
    httpsConfiguration: required(xmlBody<HttpsConfiguration>('HttpsConfiguration', httpsConfiguration)),
  },
})
