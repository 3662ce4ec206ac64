import { describe, expect, it } from 'vitest'
import { staticCredentials } from '../../src/credentials/static-credentials.ts'
import { CredentialsError } from '../../src/errors.ts'

const secret = 'canary-secret'

describe('staticCredentials', () => {
  it('always gives the same credentials', async () => {
    const provider = staticCredentials({ accessKeyId: 'id', accessKeySecret: secret, securityToken: 'token' })

    expect(await provider.getCredentials()).toEqual({
      accessKeyId: 'id',
      accessKeySecret: secret,
      securityToken: 'token',
      expiration: undefined,
    })
    expect(await provider.getCredentials()).toBe(await provider.getCredentials())
  })

  it('keeps what it was given, whatever becomes of the object', async () => {
    const credentials = { accessKeyId: 'id', accessKeySecret: secret }
    const provider = staticCredentials(credentials)

    credentials.accessKeySecret = ''

    expect((await provider.getCredentials()).accessKeySecret).toBe(secret)
  })

  it.each([
    [
      { accessKeyId: '', accessKeySecret: secret },
      'credentials: accessKeyId is missing or not a line of text, there is accessKeyId, accessKeySecret',
    ],
    [
      { accessKeyId: 'id', accessKeySecret: '' },
      'credentials: accessKeySecret is missing or not a line of text, there is accessKeyId, accessKeySecret',
    ],
    [
      { accessKeyId: 'id', accessKeySecret: `${secret}\n` },
      'credentials: accessKeySecret is missing or not a line of text, there is accessKeyId, accessKeySecret',
    ],
    [
      { accessKeyId: 'id', accessKeySecret: secret, securityToken: `${secret}\r\nx-oss-acl: public-read` },
      'credentials: securityToken is missing or not a line of text, there is accessKeyId, accessKeySecret, securityToken',
    ],
    [
      { accessKeyId: 'id', accessKeySecret: `${secret}\u0000` },
      'credentials: accessKeySecret is missing or not a line of text, there is accessKeyId, accessKeySecret',
    ],
    [
      { accessKeyId: 'id', accessKeySecret: `${secret}\ud800` },
      'credentials: accessKeySecret is missing or not a line of text, there is accessKeyId, accessKeySecret',
    ],
  ])('refuses at once what no request could be signed with, case %#', (credentials, message) => {
    expect(() => staticCredentials(credentials)).toThrow(new CredentialsError(message))
  })
})
