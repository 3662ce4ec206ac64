import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { signV4 } from './sign-v4.ts'

/** Asks for the buckets by TLS, trusting one certificate, and resolves with status and body. */
function listBuckets(emulator: Emulator, hostname: string, ca = emulator.certificate): Promise<[number, string]> {
  const { port, region } = emulator
  const host = `${hostname}:${port}`
  const unsigned = { method: 'GET', bucket: null, key: null, query: {}, headers: { host } }
  const headers = signV4({ ...unsigned, credentials: emulator, region, signedAt: new Date() })
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', servername: hostname, port, headers, ca, agent: false }
    const outgoing = request(options, (answer) => {
      text(answer).then((body) => resolve([answer.statusCode ?? 0, body]), reject)
    })
    outgoing.on('error', reject)
    outgoing.end()
  })
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'oss-emulator-tls-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

test('a made certificate is trusted under the names of the emulator by who takes it as authority', async () => {
  await using emulator = await startEmulator({ https: true, cnames: { 'static.shop.test': 'shop' } })
  expect(emulator.endpoint).toBe(`https://127.0.0.1:${emulator.port}`)
  for (const name of ['localhost', 'oss-cn-hangzhou.localhost']) {
    expect((await listBuckets(emulator, name))[0]).toBe(200)
  }
  const certificate = new X509Certificate(emulator.certificate!)
  expect(certificate.checkHost('bucket.oss-cn-hangzhou.localhost')).toBe('*.oss-cn-hangzhou.localhost')
  expect(certificate.checkHost('static.shop.test')).toBe('static.shop.test')
  expect(certificate.checkHost('elsewhere.test')).toBeUndefined()
  expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1')
  await expect(listBuckets(emulator, 'localhost', '')).rejects.toThrow(/self-signed certificate/)
})

test('a made certificate is kept with the data', async () => {
  const dataDir = await temporaryFolder()
  const first = await startEmulator({ https: true, dataDir })
  const { certificate } = first
  await first.close()
  await using second = await startEmulator({ https: true, dataDir })
  expect(second.certificate).toBe(certificate)
  expect(await readFile(join(dataDir, 'certificate.pem'), 'utf8')).toBe(certificate)
})

test('a kept certificate that is about to expire is made again', async () => {
  const dataDir = await temporaryFolder()
  const first = await startEmulator({ https: true, dataDir, clock: () => new Date('2020-01-01T00:00:00Z') })
  await first.close()
  await using second = await startEmulator({ https: true, dataDir })
  expect(second.certificate).not.toBe(first.certificate)
})

test('a given certificate is served', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'oss-emulator-tls-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  const name = ['-subj', '/CN=given', '-addext', 'subjectAltName=DNS:given.test']
  execFileSync('openssl', [...made, '-keyout', key, '-out', cert, ...name], { stdio: 'ignore' })
  const https = { certificate: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') }
  await using emulator = await startEmulator({ https, allowedHosts: ['given.test'] })
  expect((await listBuckets(emulator, 'given.test', https.certificate))[0]).toBe(200)
})
