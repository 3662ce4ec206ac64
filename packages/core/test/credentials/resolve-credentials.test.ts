import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { anonymousCredentials } from '../../src/credentials/anonymous-credentials.ts'
import type { Credentials } from '../../src/credentials/credentials.ts'
import { refreshing } from '../../src/credentials/refreshing.ts'
import { type CredentialsSource, toCredentialsProvider } from '../../src/credentials/resolve-credentials.ts'
import { CredentialsError } from '../../src/errors.ts'
import { isRetryable } from '../../src/retry/retryer.ts'

const secret = 'canary-secret'
const complete = { accessKeyId: 'id', accessKeySecret: secret, securityToken: 'canary-token' }
const normalised = { ...complete, expiration: undefined }

/** A source that answers with something its type does not allow, as JSON may. */
const answering = (answer: unknown) => async () => answer as Credentials

describe('toCredentialsProvider', () => {
  it.each([
    ['credentials', complete],
    ['a function', async () => complete],
    ['a provider', { getCredentials: async () => complete }],
  ] as [string, CredentialsSource][])('takes %s', async (_, source) => {
    expect(await toCredentialsProvider(source).getCredentials()).toEqual(normalised)
  })

  it.each(['anonymous', anonymousCredentials] as const)(
    'gives no credentials for anonymous requests',
    async (source) => {
      expect(await toCredentialsProvider(source).getCredentials()).toBeUndefined()
    },
  )

  it('calls a provider as its method', async () => {
    class Provider {
      #credentials = complete
      async getCredentials() {
        return this.#credentials
      }
    }

    expect(await toCredentialsProvider(new Provider()).getCredentials()).toEqual(normalised)
  })

  it('calls a function for every attempt', async () => {
    let calls = 0
    const provider = toCredentialsProvider(async () => ({ ...complete, accessKeyId: `id-${++calls}` }))

    const ids = [await provider.getCredentials(), await provider.getCredentials()].map((each) => each?.accessKeyId)

    expect(ids).toEqual(['id-1', 'id-2'])
  })

  it('passes an invalidation on to a provider that cares', () => {
    let invalidations = 0
    const provider = { getCredentials: async () => complete, invalidate: () => void invalidations++ }

    toCredentialsProvider(provider).invalidate?.()
    toCredentialsProvider({ getCredentials: async () => complete }).invalidate?.()

    expect(invalidations).toBe(1)
  })

  it.each([
    ['a Date', new Date('2026-03-01T12:00:00Z')],
    ['ISO 8601 text', '2026-03-01T12:00:00Z'],
    ['seconds since 1970', 1772366400],
    ['milliseconds since 1970', 1772366400000],
  ])('reads an expiration that is %s', async (_, expiration) => {
    const provider = toCredentialsProvider(answering({ ...complete, expiration }))

    expect((await provider.getCredentials())?.expiration).toEqual(new Date('2026-03-01T12:00:00Z'))
  })

  it.each([null, ''])('takes a token and an expiration of %j for absent', async (absent) => {
    const answer = { ...complete, securityToken: absent, expiration: absent }

    const credentials = await toCredentialsProvider(answering(answer)).getCredentials()

    expect(credentials).toEqual({ ...normalised, securityToken: undefined })
  })

  it.each([
    ['nothing', undefined, 'credentials: accessKeyId is missing or not a line of text, there is no field'],
    ['null', null, 'credentials: accessKeyId is missing or not a line of text, there is no field'],
    ['text', secret, 'credentials: accessKeyId is missing or not a line of text, there is no field'],
    [
      'no id',
      { accessKeySecret: secret },
      'credentials: accessKeyId is missing or not a line of text, there is accessKeySecret',
    ],
    [
      'an empty secret',
      { ...complete, accessKeySecret: '' },
      'credentials: accessKeySecret is missing or not a line of text, there is accessKeyId, accessKeySecret, securityToken',
    ],
    [
      'a secret that is no text',
      { ...complete, accessKeySecret: [secret] },
      'credentials: accessKeySecret is missing or not a line of text, there is accessKeyId, accessKeySecret, securityToken',
    ],
    [
      'a line break',
      { ...complete, accessKeyId: 'id\r' },
      'credentials: accessKeyId is missing or not a line of text, there is accessKeyId, accessKeySecret, securityToken',
    ],
    [
      'a token with a line break',
      { ...complete, securityToken: `${secret}\n` },
      'credentials: securityToken is missing or not a line of text, there is accessKeyId, accessKeySecret, securityToken',
    ],
    ['no date', { ...complete, expiration: `tomorrow ${secret}` }, 'credentials: expiration is not a date'],
  ])('refuses a source that answers with %s, for good', async (_, answer, message) => {
    const error = await toCredentialsProvider(answering(answer))
      .getCredentials()
      .catch((reason) => reason)

    expect(error).toBeInstanceOf(CredentialsError)
    expect(error.message).toBe(message)
    expect(isRetryable(error)).toBe(false)
    expect(inspect(error, { depth: 10 })).not.toContain('canary')
  })

  it('tells with a cause that a source failed, which may be tried again', async () => {
    const cause = new Error('offline')
    const source = async () => {
      throw cause
    }

    const error = await toCredentialsProvider(source)
      .getCredentials()
      .catch((reason) => reason)

    expect(error).toBeInstanceOf(CredentialsError)
    expect(error.message).toBe('credentialsProvider failed: offline')
    expect(error.cause).toBe(cause)
    expect(isRetryable(error)).toBe(true)
  })

  it('tells so too if the source throws before it returns a promise', async () => {
    const cause = new Error('offline')
    const source = (): Promise<Credentials> => {
      throw cause
    }

    await expect(toCredentialsProvider(source).getCredentials()).rejects.toMatchObject({ cause })
  })

  it('does not repeat the text that a source could not parse', async () => {
    const source = async () => JSON.parse(`${secret}`)

    const error = await toCredentialsProvider(source)
      .getCredentials()
      .catch((reason) => reason)

    expect(error.message).toBe('credentialsProvider failed')
    expect(error.cause).toBe('SyntaxError')
    expect(isRetryable(error)).toBe(true)
    expect(inspect(error)).not.toContain(secret)
  })

  it('passes on a CredentialsError of the source untouched', async () => {
    const cause = new CredentialsError('no role is attached to this instance')
    const source = async () => {
      throw cause
    }

    await expect(toCredentialsProvider(source).getCredentials()).rejects.toBe(cause)
  })

  it('refuses incomplete credentials at once', () => {
    expect(() => toCredentialsProvider({ accessKeyId: 'id', accessKeySecret: '' })).toThrow(CredentialsError)
    expect(() => toCredentialsProvider(undefined as unknown as Credentials)).toThrow(CredentialsError)
  })

  it.each([
    ['credentials', complete],
    ['a function', async () => complete],
    ['a provider', { getCredentials: async () => complete, held: complete }],
    ['a refreshing provider', refreshing(async () => complete)],
  ] as [string, CredentialsSource][])('makes a provider of %s that shows no secret', async (_, source) => {
    const provider = toCredentialsProvider(source)
    await provider.getCredentials()

    const shown = [inspect(provider, { depth: 10, showHidden: true }), JSON.stringify(provider), String(provider)]

    expect(shown.join('\n')).not.toContain('canary')
  })
})
