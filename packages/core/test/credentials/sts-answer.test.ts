import { describe, expect, it } from 'vitest'
import { credentialsFromSts } from '../../src/credentials/sts-answer.ts'
import { CredentialsError } from '../../src/errors.ts'

const expected = {
  accessKeyId: 'STS.id',
  accessKeySecret: 'canary-secret',
  securityToken: 'canary-token',
  expiration: new Date('2026-03-01T12:00:00Z'),
}

const pascalCase = {
  AccessKeyId: 'STS.id',
  AccessKeySecret: 'canary-secret',
  SecurityToken: 'canary-token',
  Expiration: '2026-03-01T12:00:00Z',
}

const camelCase = { ...expected, expiration: '2026-03-01T12:00:00Z' }

const { securityToken, ...tokenless } = camelCase

describe('credentialsFromSts', () => {
  it.each([
    ['the fields of Credentials', camelCase],
    [
      'what AssumeRole answers',
      { RequestId: 'A', AssumedRoleUser: { Arn: 'acs:ram::1:role/r' }, Credentials: pascalCase },
    ],
    ['the inner part of what AssumeRole answers', pascalCase],
    ['credentials one level down', { credentials: camelCase, region: 'cn-hangzhou' }],
    ['further fields', { ...camelCase, region: 'cn-hangzhou', bucket: 'examplebucket', prefix: 'user/1/' }],
    ['a token that is called stsToken', { ...tokenless, stsToken: securityToken }],
    ['a token that is called StsToken', { ...tokenless, StsToken: securityToken }],
  ])('reads %s', (_, answer) => {
    expect(credentialsFromSts(answer)).toEqual(expected)
  })

  it('reads an answer that does not tell when the token expires', () => {
    const { expiration: _, ...answer } = camelCase

    expect(credentialsFromSts(answer)).toEqual({ ...expected, expiration: undefined })
  })

  it.each([
    [tokenless, 'securityToken is missing or not a line of text, there is accessKeyId, accessKeySecret, expiration'],
    [
      { ...camelCase, accessKeySecret: '' },
      'accessKeySecret is missing or not a line of text, there is accessKeyId, accessKeySecret, securityToken, expiration',
    ],
    [
      { Credentials: { SecurityToken: 'canary-token' } },
      'accessKeyId is missing or not a line of text, there is SecurityToken',
    ],
    [
      { Code: 'NoPermission', Message: 'canary' },
      'accessKeyId is missing or not a line of text, there is Code, Message',
    ],
    [{}, 'accessKeyId is missing or not a line of text, there is no field'],
    [null, 'accessKeyId is missing or not a line of text, there is no field'],
    ['canary-secret', 'accessKeyId is missing or not a line of text, there is no field'],
  ])('names what is missing and what is there, case %#', (answer, problem) => {
    expect(() => credentialsFromSts(answer)).toThrow(new CredentialsError(`credentials: ${problem}`))
  })

  it('checks the values as well', () => {
    const answer = { ...camelCase, accessKeySecret: 'canary-secret\n' }

    expect(() => credentialsFromSts(answer)).toThrow(
      new CredentialsError(
        'credentials: accessKeySecret is missing or not a line of text, there is accessKeyId, accessKeySecret, securityToken, expiration',
      ),
    )
  })
})
