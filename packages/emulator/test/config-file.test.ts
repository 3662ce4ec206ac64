import { expect, test } from 'vitest'
import { readConfig } from '../src/config-file.ts'
import { startEmulator } from '../src/index.ts'

test('a configuration is the options of the emulator in JSON', () => {
  const config = {
    region: 'cn-beijing',
    accounts: [{ accessKeyId: 'a', accessKeySecret: 'b', userName: 'c', policies: [{ Version: '1', Statement: [] }] }],
    roles: [{ arn: 'acs:ram::1:role/r', trusts: ['1'] }],
    oidcProviders: [
      { arn: 'acs:ram::1:oidc-provider/p', issuer: 'https://i.test', clientIds: ['c'], jwks: { keys: [] } },
    ],
    cnames: { 'static.shop.test': 'shop' },
    faults: [{ status: 503 }],
  }
  expect(readConfig(JSON.stringify(config), 'emulator.json')).toEqual(config)
})

test.each([
  ['[]', 'emulator.json: an object'],
  ['{', 'emulator.json: not JSON'],
  ['{"regoin":"a"}', 'emulator.json.regoin: no word of a configuration; there are port, host'],
  ['{"port":"9000"}', 'emulator.json.port: a whole number from 0, got "9000"'],
  ['{"accounts":{}}', 'emulator.json.accounts: a list'],
  ['{"accounts":[{"accessKeyId":"a"}]}', 'emulator.json.accounts[0].accessKeySecret: is missing'],
  [
    '{"accounts":[{"accessKeyId":"a","accessKeySecret":123}]}',
    'emulator.json.accounts[0].accessKeySecret: a text, got ***',
  ],
  ['{"roles":[{"arn":"a","trusts":"b"}]}', 'emulator.json.roles[0].trusts: a list of texts, got "b"'],
  ['{"oidcProviders":[{"arn":"a"}]}', 'emulator.json.oidcProviders[0].issuer: is missing'],
  ['{"faults":[{"nonsense":1}]}', 'emulator.json.faults[0].nonsense: no word of a fault'],
])('the configuration %s is refused', (text, message) => {
  expect(() => readConfig(text, 'emulator.json')).toThrow(message)
})

const key = { accessKeyId: 'a', accessKeySecret: 'b' }

test.each([
  [{ accounts: [] }, 'accounts: at least one account'],
  [{ accounts: [key, key] }, 'accounts: the key a is there twice'],
  [
    { accounts: [{ ...key, userName: 'u', policies: ['{}'] }] },
    'accounts[0].policies[0]: not a policy that passes grammar check',
  ],
  [{ roles: [{ arn: 'nonsense' }] }, 'roles[0].arn: acs:ram::ACCOUNT:role/NAME, got nonsense'],
])('an emulator with %j does not start', async (options, message) => {
  await expect(startEmulator(options)).rejects.toThrow(message)
})
