import { describe, expect, it } from 'vitest'
import type { CredentialsProvider } from '../../src/credentials/credentials.ts'
import { credentialsChain } from '../../src/credentials/credentials-chain.ts'
import { refreshing } from '../../src/credentials/refreshing.ts'
import { CredentialsError, ValidationError } from '../../src/errors.ts'

const absent = (reason: string) => new CredentialsError(reason, { isAbsent: true })

/** A provider whose answers the test sets, and that counts what it is asked. */
function provider(answer: string | Error) {
  const state = { answer, asked: 0, invalidated: 0 }
  return Object.assign(state, {
    async getCredentials() {
      state.asked++
      if (state.answer instanceof Error) throw state.answer
      return { accessKeyId: state.answer, accessKeySecret: 'secret' }
    },
    invalidate() {
      state.invalidated++
    },
  }) satisfies CredentialsProvider
}

const idOf = async (chain: CredentialsProvider) => (await chain.getCredentials()).accessKeyId

describe('credentialsChain', () => {
  it('has the credentials of the first provider that has any, and asks only that from then on', async () => {
    const [first, second, third] = [provider(absent('not set')), provider('second'), provider('third')] as const
    const chain = credentialsChain(first, second, third)

    expect([await idOf(chain), await idOf(chain)]).toEqual(['second', 'second'])
    expect([first.asked, second.asked, third.asked]).toEqual([1, 2, 0])
  })

  it('searches once for all who wait', async () => {
    const [first, second] = [provider(absent('not set')), provider('second')] as const
    const chain = credentialsChain(first, second)

    expect(await Promise.all([idOf(chain), idOf(chain), idOf(chain)])).toEqual(['second', 'second', 'second'])
    expect([first.asked, second.asked]).toEqual([1, 1])
  })

  it('says of each provider why it has none, and is not worth trying again', async () => {
    const chain = credentialsChain(provider(absent('A is not set')), provider(absent('there is no file')))

    const error = await chain.getCredentials().catch((problem) => problem)

    expect(error).toBeInstanceOf(CredentialsError)
    expect(error.message).toBe('no credentials: A is not set; there is no file')
    expect([error.isAbsent, error.isRetryable]).toEqual([true, false])
  })

  it('may be one of the providers of another', async () => {
    const inner = credentialsChain(provider(absent('A is not set')))

    expect(await idOf(credentialsChain(inner, provider('second')))).toBe('second')
  })

  it.each([new Error('offline'), new CredentialsError('the file has a mistake')])(
    'does not go on as somebody else because of a failure: %o',
    async (failure) => {
      const [first, second] = [provider(failure), provider('second')] as const
      const chain = credentialsChain(first, second)

      await expect(chain.getCredentials()).rejects.toBe(failure)
      expect(second.asked).toBe(0)
      first.answer = 'first'
      expect(await idOf(chain)).toBe('first')
    },
  )

  it('stays with its provider when that fails', async () => {
    const [first, second] = [provider('first'), provider('second')] as const
    const chain = credentialsChain(first, second)
    await chain.getCredentials()

    first.answer = new Error('offline')
    await expect(chain.getCredentials()).rejects.toThrow('offline')

    expect(second.asked).toBe(0)
  })

  it('looks again when its provider has none any more', async () => {
    const [first, second] = [provider('first'), provider('second')] as const
    const chain = credentialsChain(first, second)
    await chain.getCredentials()

    first.answer = absent('not set')

    expect(await idOf(chain)).toBe('second')
  })

  it('passes on to its provider alone that credentials were refused', async () => {
    const ids = ['old', 'new']
    const first = provider(absent('not set'))
    const chain = credentialsChain(
      first,
      refreshing(async () => ({ accessKeyId: ids.shift()!, accessKeySecret: 'secret' })),
    )
    chain.invalidate?.()
    expect(await idOf(chain)).toBe('old')

    chain.invalidate?.()

    expect(await idOf(chain)).toBe('new')
    expect(first.invalidated).toBe(0)
  })

  it('needs a provider', () => {
    expect(() => credentialsChain()).toThrow(new ValidationError('providers', 'expected at least one'))
  })
})
