import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import {
  type AssumeRoleCredentialsOptions,
  assumeRoleCredentials,
} from '../../src/credentials/assume-role-credentials.ts'
import { CredentialsError, ServiceError, ValidationError } from '../../src/errors.ts'
import { putObject } from '../../src/operations/object-basic.ts'
import { fixedRetryer } from '../../src/retry/retryer.ts'
import { bucket, clientOf, emulator } from '../timed-emulator.ts'

const retryer = fixedRetryer({ delayMs: 0 })

const optionsOf = (changes: Partial<AssumeRoleCredentialsOptions> = {}): AssumeRoleCredentialsOptions => ({
  endpoint: emulator.stsEndpoint,
  credentialsProvider: { accessKeyId: emulator.accessKeyId, accessKeySecret: emulator.accessKeySecret },
  roleArn: emulator.roleArn,
  roleSessionName: 'backup',
  durationSeconds: 900,
  now: () => emulator.clock.now().getTime(),
  random: () => 0,
  retryer,
  ...changes,
})

const rolesTaken = () => emulator.requests.filter(({ operation }) => operation === 'AssumeRole').length

describe('assumeRoleCredentials', () => {
  it('takes the role once for all who wait', async () => {
    const client = clientOf({ credentialsProvider: assumeRoleCredentials(optionsOf()) })

    await Promise.all(['a', 'b', 'c'].map((key) => putObject(client, { bucket, key, body: key })))

    expect(rolesTaken()).toBe(1)
  })

  it('takes it again ahead of its end, while the present credentials go on', async () => {
    const provider = assumeRoleCredentials(optionsOf())
    const first = await provider.getCredentials()

    emulator.clock.advanceSeconds(719)
    expect(await provider.getCredentials()).toEqual(first)
    expect(rolesTaken()).toBe(1)
    emulator.clock.advanceSeconds(1)
    expect(await provider.getCredentials()).toEqual(first)

    await expect.poll(async () => (await provider.getCredentials()).accessKeyId).not.toBe(first.accessKeyId)
    expect(rolesTaken()).toBe(2)
  })

  it('replaces credentials that OSS refused as expired, within the call', async () => {
    const client = clientOf({ credentialsProvider: assumeRoleCredentials(optionsOf()), retryMaxAttempts: 2 })
    await putObject(client, { bucket, key: 'a', body: 'a' })
    emulator.faults.add({ match: { operation: 'PutObject' }, expireTokens: true })

    await putObject(client, { bucket, key: 'b', body: 'b' })

    expect(rolesTaken()).toBe(2)
  })

  it('counts the lifetime by the clock of this device, however wrong', async () => {
    const hourMs = 3_600_000
    const provider = assumeRoleCredentials(optionsOf({ now: () => emulator.clock.now().getTime() + hourMs }))

    const { expiration } = await provider.getCredentials()
    await provider.getCredentials()

    expect(expiration).toEqual(new Date(emulator.clock.now().getTime() + hourMs + 900_000))
    // The first attempt was dated an hour ahead.
    expect(rolesTaken()).toBe(2)
  })

  it('says through the client why the role could not be taken, and is not asked again for that', async () => {
    const roleArn = 'acs:ram::1234567890123456:role/nobody'
    const client = clientOf({ credentialsProvider: assumeRoleCredentials(optionsOf({ roleArn })), retryMaxAttempts: 3 })

    const error = await putObject(client, { bucket, key: 'a', body: 'a' }).catch((problem) => problem)

    expect(error).toBeInstanceOf(CredentialsError)
    expect(error.message).toMatch(/^AssumeRole: 404 EntityNotExist\.Role: The role not exists: /)
    expect(error.cause).toBeInstanceOf(ServiceError)
    expect(error.isRetryable).toBe(false)
    expect(rolesTaken()).toBe(1)
  })

  it('leaves it to the client to try again when STS failed', async () => {
    emulator.faults.add({ match: { operation: 'AssumeRole' }, times: 3, status: 500 })
    const client = clientOf({ credentialsProvider: assumeRoleCredentials(optionsOf()), retryer })

    await putObject(client, { bucket, key: 'a', body: 'a' }, { retryMaxAttempts: 2 })

    expect(rolesTaken()).toBe(4)
  })

  it('finds wrong use when it is made', () => {
    expect(() => assumeRoleCredentials(optionsOf({ roleArn: 'uploader' }))).toThrow(ValidationError)
    expect(() => assumeRoleCredentials(optionsOf({ credentialsProvider: { accessKeyId: 'id' } as never }))).toThrow(
      CredentialsError,
    )
  })

  it('shows nothing of what it holds', async () => {
    const provider = assumeRoleCredentials(optionsOf())
    const { accessKeySecret } = await provider.getCredentials()

    const shown = inspect(provider, { depth: 9, showHidden: true }) + JSON.stringify(provider)

    expect(shown).not.toContain(accessKeySecret)
    expect(shown).not.toContain(emulator.accessKeySecret)
  })
})
