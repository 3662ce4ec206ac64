/** A home directory for each test, and an emulator whose STS takes the tokens of one OIDC provider. */
import { generateKeyPairSync, sign } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { inspect } from 'node:util'
import { type Emulator, startEmulator } from '@oss-js/emulator'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import {
  CredentialsError,
  type CredentialsProvider,
  createClient,
  fixedRetryer,
  putBucket,
  putObject,
  type StsOptions,
} from '../src/index.ts'

const bucket = 'examplebucket'
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

export const providerArn = 'acs:ram::1234567890123456:oidc-provider/ack'
export let emulator: Emulator
export let home: string

beforeAll(async () => {
  const jwks = { keys: [publicKey.export({ format: 'jwk' })] }
  const provider = { arn: providerArn, issuer: 'https://ack.test', clientIds: ['sts.aliyuncs.com'], jwks }
  emulator = await startEmulator({ oidcProviders: [provider] })
})
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'oss-js-home-'))
  await emulator.reset()
  await putBucket(clientOf(emulator), { bucket })
})
afterEach(() => rm(home, { recursive: true }))
afterAll(() => emulator.close())

const clientOf = (credentialsProvider: Parameters<typeof createClient>[0]['credentialsProvider']) =>
  createClient({ region: emulator.region, endpoint: emulator.endpoint, credentialsProvider })

/** Puts an object with the credentials, and returns the status. */
export const isLetIn = async (provider: CredentialsProvider): Promise<number> =>
  (await putObject(clientOf(provider), { bucket, key: 'a', body: 'a' })).response.status

export const idOf = async (provider: CredentialsProvider): Promise<string> =>
  (await provider.getCredentials()).accessKeyId

/** Why there are no credentials. What is called a canary is in none of it. */
export async function failure(provider: CredentialsProvider): Promise<CredentialsError> {
  const error = await provider.getCredentials().catch((problem) => problem)
  expect(error).toBeInstanceOf(CredentialsError)
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('canary')
  return error
}

/** How the emulator's STS is called. */
export const sts = (): StsOptions => ({ endpoint: emulator.stsEndpoint, retryer: fixedRetryer({ delayMs: 0 }) })

/** Writes a file at home. */
export async function keep(path: string, text: string): Promise<string> {
  const file = join(home, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  return file
}

/** A token as the provider issues it. */
export function tokenOf(subject: string): string {
  const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const exp = Math.floor(Date.now() / 1000) + 600
  const claims = { iss: 'https://ack.test', sub: subject, aud: 'sts.aliyuncs.com', exp }
  const signed = `${base64url({ alg: 'RS256' })}.${base64url(claims)}`
  return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`
}

export const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString()
