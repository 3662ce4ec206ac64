import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { element, signedClient, type TestAnswer, type TestCall } from './signed-client.ts'

let emulator: Emulator

beforeAll(async () => {
  emulator = await startEmulator()
})
beforeEach(async () => {
  await emulator.reset()
  await oss('PUT')
})
afterAll(() => emulator.close())

const oss = (method: string, call: TestCall = {}) => signedClient(emulator)(method, { bucket: 'demo-bucket', ...call })
const codeOf = ({ status, text }: TestAnswer) => [status, element(text, 'Code')]
const forbidden = [409, 'FileAlreadyExists']
const setRules = (...rules: string[]) =>
  oss('PUT', {
    query: { overwriteConfig: null },
    body: `<OverwriteConfiguration>${rules.map((rule) => `<Rule>${rule}</Rule>`).join('')}</OverwriteConfiguration>`,
  })

test('objects that a rule is about cannot be overwritten in any way, but deleted', async () => {
  await setRules('<Action>forbid</Action><Prefix>a/</Prefix><Suffix>.txt</Suffix>')
  await oss('PUT', { key: 'a/1.txt', body: 'first' })
  await oss('PUT', { key: 'source', body: 'source' })
  const { text } = await oss('POST', { key: 'a/2.txt', query: { uploads: null } })
  const uploadId = element(text, 'UploadId') ?? ''
  await oss('PUT', { key: 'a/2.txt', query: { uploadId, partNumber: '1' }, body: 'part' })
  await oss('PUT', { key: 'a/2.txt', body: 'second' })

  const attempts = [
    await oss('PUT', { key: 'a/1.txt', body: 'again' }),
    await oss('PUT', { key: 'a/1.txt', headers: { 'x-oss-copy-source': '/demo-bucket/source' } }),
    await oss('PUT', { key: 'a/1.txt', query: { symlink: null }, headers: { 'x-oss-symlink-target': 'source' } }),
    await oss('POST', { key: 'a/1.txt', query: { uploads: null } }),
    await oss('POST', { key: 'a/2.txt', query: { uploadId }, headers: { 'x-oss-complete-all': 'yes' } }),
  ]
  expect(attempts.map(codeOf)).toEqual(Array(5).fill(forbidden))
  expect((await oss('GET', { key: 'a/1.txt' })).text).toBe('first')
  expect((await oss('PUT', { key: 'source', body: 'other' })).status).toBe(200)
  expect((await oss('DELETE', { key: 'a/1.txt' })).status).toBe(204)
  expect((await oss('PUT', { key: 'a/1.txt', body: 'new' })).status).toBe(200)
})

test('a rule can be about some accounts only', async () => {
  const principals = (name: string) => `<Action>forbid</Action><Principals><Principal>${name}</Principal></Principals>`
  await oss('PUT', { key: 'a' })
  await setRules(principals('1111111111111111'))
  expect((await oss('PUT', { key: 'a' })).status).toBe(200)
  await setRules(principals('1234567890123456'))
  expect(codeOf(await oss('PUT', { key: 'a' }))).toEqual(forbidden)
})

test('rules do nothing where versions are kept', async () => {
  await setRules('<Action>forbid</Action>')
  await oss('PUT', {
    query: { versioning: null },
    body: '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
  })
  await oss('PUT', { key: 'a' })
  expect((await oss('PUT', { key: 'a' })).status).toBe(200)
})

test('a rule gets an id, and is refused with another action or the id of another', async () => {
  await setRules('<Action>forbid</Action>')
  const { text } = await oss('GET', { query: { overwriteConfig: null } })
  expect(element(text, 'ID')).toMatch(/^[0-9a-f-]{36}$/)
  expect(codeOf(await setRules('<Action>allow</Action>'))).toEqual([400, 'MalformedXML'])
  const twice = '<Action>forbid</Action><ID>one</ID>'
  expect(codeOf(await setRules(twice, twice))).toEqual([400, 'InvalidArgument'])
})
