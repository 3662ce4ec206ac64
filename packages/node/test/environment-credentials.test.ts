import { expect, test } from 'vitest'
import { CredentialsError, environmentCredentials } from '../src/index.ts'

test('a permanent key is read from the environment', async () => {
  const provider = environmentCredentials({ OSS_ACCESS_KEY_ID: 'id', OSS_ACCESS_KEY_SECRET: 'secret' })

  expect(await provider.getCredentials()).toEqual({ accessKeyId: 'id', accessKeySecret: 'secret' })
})

test('a temporary key comes with its token, and is read again each time', async () => {
  const env = { OSS_ACCESS_KEY_ID: 'id', OSS_ACCESS_KEY_SECRET: 'secret', OSS_SESSION_TOKEN: 'token' }
  const provider = environmentCredentials(env)

  expect(await provider.getCredentials()).toEqual({
    accessKeyId: 'id',
    accessKeySecret: 'secret',
    securityToken: 'token',
  })
  env.OSS_SESSION_TOKEN = 'next'
  expect(await provider.getCredentials()).toMatchObject({ securityToken: 'next' })
})

test('what stands around a value, as behind one that was read from a file, is not part of it', async () => {
  const provider = environmentCredentials({
    OSS_ACCESS_KEY_ID: 'id\r\n',
    OSS_ACCESS_KEY_SECRET: ' secret\n',
    OSS_SESSION_TOKEN: ' ',
  })

  expect(await provider.getCredentials()).toEqual({ accessKeyId: 'id', accessKeySecret: 'secret' })
})

test.each([
  [{}, 'the environment variable OSS_ACCESS_KEY_ID is not set'],
  [{ OSS_ACCESS_KEY_ID: 'id' }, 'the environment variable OSS_ACCESS_KEY_SECRET is not set'],
  [{ OSS_ACCESS_KEY_ID: '', OSS_ACCESS_KEY_SECRET: 'secret' }, 'the environment variable OSS_ACCESS_KEY_ID is empty'],
  [{ OSS_ACCESS_KEY_ID: 'id', OSS_ACCESS_KEY_SECRET: ' ' }, 'the environment variable OSS_ACCESS_KEY_SECRET is empty'],
])('what is missing is named: %o', async (env, message) => {
  const missing = environmentCredentials(env).getCredentials()

  await expect(missing).rejects.toThrow(CredentialsError)
  await expect(missing).rejects.toThrow(message)
})

test.each([
  [{}, true],
  [{ OSS_ACCESS_KEY_ID: '', OSS_ACCESS_KEY_SECRET: '' }, true],
  [{ OSS_ACCESS_KEY_ID: 'id' }, undefined],
  [{ OSS_ACCESS_KEY_SECRET: 'secret' }, undefined],
])('half a key is not the same as none: %o', async (env, isAbsent) => {
  const error = await environmentCredentials(env)
    .getCredentials()
    .catch((problem) => problem)

  expect([error.isAbsent, error.isRetryable]).toEqual([isAbsent, false])
})
