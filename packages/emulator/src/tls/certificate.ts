import { X509Certificate } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'

/** A certificate and its private key, in PEM. */
export interface Certificate {
  readonly certificate: string
  readonly key: string
}

const lifetimeDays = 365
const dayMs = 86_400_000

/**
 * The names by which an emulator is reached. Clients take no `*.localhost`, a wildcard for a whole top-level domain; so
 * over TLS a bucket is `bucket.oss-<region>.localhost`.
 */
export const certificateNames = (region: string, hosts: readonly string[]): string[] => [
  'localhost',
  '*.localhost',
  `oss-${region}.localhost`,
  `*.oss-${region}.localhost`,
  'sts.localhost',
  '127.0.0.1',
  '::1',
  ...hosts,
]

/** Makes a self-signed certificate for names and IP addresses. A client that is to trust it takes it as its authority. */
export async function makeCertificate(names: readonly string[], now: Date): Promise<Certificate> {
  // Its loading takes longer than the start of an emulator without TLS.
  const { generate } = await import('selfsigned')
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'oss-emulator' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(now.getTime() - dayMs),
    notAfterDate: new Date(now.getTime() + lifetimeDays * dayMs),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: names.map((name) => (isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name })),
      },
    ],
  })
  return { certificate: cert, key }
}

function isUsable({ certificate }: Certificate, names: readonly string[], now: Date): boolean {
  const { validTo, subjectAltName = '' } = new X509Certificate(certificate)
  const isCurrent = Date.parse(validTo) - now.getTime() > 7 * dayMs
  return isCurrent && names.every((name) => isIP(name) !== 0 || subjectAltName.includes(`DNS:${name}`))
}

/** The certificate that is kept in a folder, so that it is trusted once; made where there is none that is of use. */
export async function keptCertificate(folder: string, names: readonly string[], now: Date): Promise<Certificate> {
  const paths = [join(folder, 'certificate.pem'), join(folder, 'certificate-key.pem')] as const
  const [certificate, key] = await Promise.all(paths.map((path) => readFile(path, 'utf8').catch(() => undefined)))
  const kept = certificate !== undefined && key !== undefined ? { certificate, key } : undefined
  if (kept !== undefined && isUsable(kept, names, now)) return kept
  const made = await makeCertificate(names, now)
  await writeFile(paths[0], made.certificate)
  await writeFile(paths[1], made.key, { mode: 0o600 })
  return made
}
