import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { element, elements, signedClient, type TestAnswer, type TestCall } from './signed-client.ts'

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

test('the conversion of a bucket waits in the queue until it is taken out', async () => {
  const convert = (type: string) =>
    oss('POST', { query: { redundancyTransition: null, 'x-oss-target-redundancy-type': type } })
  expect(codeOf(await convert('LRS'))).toEqual([400, 'InvalidArgument'])
  const taskId = element((await convert('ZRS')).text, 'TaskId') ?? ''
  const query = { redundancyTransition: null, 'x-oss-redundancy-transition-taskid': taskId }
  expect(element((await oss('GET', { query })).text, 'Status')).toBe('Queueing')
  const list = { query: { redundancyTransition: null } }
  expect(elements((await oss('GET', list)).text, 'TaskId')).toEqual([taskId])
  expect(elements((await signedClient(emulator)('GET', list)).text, 'Bucket')).toEqual(['demo-bucket'])
  expect((await oss('DELETE', { query })).status).toBe(204)
  expect(codeOf(await oss('GET', { query }))).toEqual([404, 'NoSuchRedundancyTransitionTask'])
})

const named = { 'x-oss-access-point-for-object-process-name': 'processing' }
const configuration = (arn: string) =>
  `<ObjectProcessConfiguration><AllowedFeatures><AllowedFeature>GetObject-Range</AllowedFeature></AllowedFeatures><TransformationConfigurations><TransformationConfiguration><Actions><Action>GetObject</Action></Actions><ContentTransformation><FunctionCompute><FunctionArn>${arn}</FunctionArn></FunctionCompute></ContentTransformation></TransformationConfiguration></TransformationConfigurations></ObjectProcessConfiguration>`
const create = () =>
  oss('PUT', {
    query: { accessPointForObjectProcess: null },
    headers: named,
    body: `<CreateAccessPointForObjectProcessConfiguration><AccessPointName>plain</AccessPointName>${configuration('one')}</CreateAccessPointForObjectProcessConfiguration>`,
  })

test('an access point that processes objects is kept, told, changed and forgotten', async () => {
  const call = (method: string, parameter: string, body?: string) =>
    oss(method, { query: { [parameter]: null }, headers: named, ...(body !== undefined && { body }) })
  expect(codeOf(await call('GET', 'accessPointForObjectProcess'))).toEqual([404, 'NoSuchAccessPointForObjectProcess'])
  expect(element((await create()).text, 'AccessPointForObjectProcessArn')).toBe(
    'acs:oss:cn-hangzhou:1234567890123456:accesspointforobjectprocess/processing',
  )
  expect(codeOf(await create())).toEqual([409, 'AccessPointForObjectProcessAlreadyExists'])
  expect(element((await call('GET', 'accessPointForObjectProcess')).text, 'AccessPointName')).toBe('plain')
  const list = await signedClient(emulator)('GET', { query: { accessPointForObjectProcess: null } })
  expect(elements(list.text, 'AccessPointNameForObjectProcess')).toEqual(['processing'])

  const change = `<PutAccessPointConfigForObjectProcessConfiguration>${configuration('two')}</PutAccessPointConfigForObjectProcessConfiguration>`
  expect((await call('PUT', 'accessPointConfigForObjectProcess', change)).status).toBe(200)
  expect(element((await call('GET', 'accessPointConfigForObjectProcess')).text, 'FunctionArn')).toBe('two')

  const policy =
    '{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:GetObject"],"Principal":["*"],"Resource":["*"]}]}'
  expect(codeOf(await call('GET', 'accessPointPolicyForObjectProcess'))).toEqual([404, 'NoSuchAccessPointPolicy'])
  expect((await call('PUT', 'accessPointPolicyForObjectProcess', policy)).status).toBe(200)
  expect((await call('GET', 'accessPointPolicyForObjectProcess')).text).toBe(policy)
  expect((await call('DELETE', 'accessPointPolicyForObjectProcess')).status).toBe(204)
  expect((await call('DELETE', 'accessPointForObjectProcess')).status).toBe(204)
  expect((await call('GET', 'accessPointForObjectProcess')).status).toBe(404)
})

test('an account has no cloud boxes', async () => {
  const { status, text } = await signedClient(emulator)('GET', { query: { cloudboxes: null } })
  expect([status, element(text, 'CloudBoxes')]).toEqual([200, ''])
})
