import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { bucketKey, sessionKey } from '../src/storage/keys.ts'
import { bucketRecord, seededService } from './seeded-service.ts'
import { element, fetchFrom, type Reachable } from './signed-client.ts'

type Condition = Record<string, string> | [operator: string, field: string, operand: string | string[]]

interface PolicyCase {
  readonly id: string
  readonly input: {
    readonly credentials: { accessKeyId: string; accessKeySecret: string; securityToken?: string }
    readonly region?: string
    readonly expiration: string
    readonly conditions: Condition[]
  }
  readonly expected: { readonly formFields: Record<string, string> }
}

const casesOf = (file: string): PolicyCase[] =>
  JSON.parse(readFileSync(new URL(`../../core/test/conformance/vectors/${file}`, import.meta.url), 'utf8')).cases

/** Starts a server that knows the credentials and the bucket of a case, shortly before its policy expires. */
function serve({ input }: PolicyCase, secondsBeforeExpiry: number): Promise<Required<Reachable>> {
  const { accessKeyId, accessKeySecret, securityToken } = input.credentials
  const options = {
    region: input.region ?? 'cn-hangzhou',
    accounts: securityToken === undefined ? [{ accessKeyId, accessKeySecret }] : [],
    clock: () => new Date(Date.parse(input.expiration) - secondsBeforeExpiry * 1000),
  }
  return seededService(options, (transaction) => {
    transaction.put(bucketKey('examplebucket'), bucketRecord('examplebucket'))
    if (securityToken === undefined) return
    const roleArn = 'acs:ram::1234567890123456:role/emulator'
    const session = { accountId: '1234567890123456', roleArn, sessionName: '', expiresAt: '2099-01-01T00:00:00Z' }
    transaction.put(sessionKey(accessKeyId), { ...session, accessKeyId, accessKeySecret, securityToken })
  })
}

function valueMeeting(operator: string, operand: string | string[]): string {
  if (operator === 'starts-with') return `${operand}end`
  return operator === 'not-in' ? 'another' : [operand].flat()[0]!
}

/** The fields that meet the conditions of a case. */
function fieldsMeeting(conditions: readonly Condition[]): [name: string, value: string][] {
  return conditions.flatMap((condition) => {
    if (!Array.isArray(condition)) return Object.entries(condition).filter(([name]) => name !== 'bucket')
    const [operator, field, operand] = condition
    if (operator === 'content-length-range') return []
    return [[field.slice(1), valueMeeting(operator, operand)] as [string, string]]
  })
}

function formOf({ input, expected }: PolicyCase): FormData {
  const form = new FormData()
  const fields = [['key', 'a-key'], ...fieldsMeeting(input.conditions), ...Object.entries(expected.formFields)]
  for (const [name, value] of fields) form.set(name!, value!)
  form.set('file', new Blob(['some bytes']), 'file.txt')
  return form
}

const post = (service: Reachable, body: FormData) =>
  fetchFrom(service)(`http://127.0.0.1:${service.port}/examplebucket/`, { method: 'POST', body, redirect: 'manual' })

const cases = ['post-policy-v1.json', 'post-policy-v4.json'].flatMap((file) =>
  casesOf(file).map((policyCase) => [`${file} ${policyCase.id}`, policyCase] as const),
)

test.each(cases)('the form of %s is accepted', async (_, policyCase) => {
  const answer = await post(await serve(policyCase, 60), formOf(policyCase))
  expect([answer.status, await answer.text()]).toEqual([policyCase.id === 'success-and-meta' ? 303 : 204, ''])
})

test.each(cases)('the form of %s is refused once its policy has expired', async (_, policyCase) => {
  const answer = await post(await serve(policyCase, 0), formOf(policyCase))
  const text = await answer.text()
  expect([answer.status, element(text, 'Code'), element(text, 'Message')]).toEqual([
    403,
    'AccessDenied',
    'Invalid according to Policy: Policy expired.',
  ])
})

test.each(cases)('the form of %s is refused when its signature is another', async (_, policyCase) => {
  const form = formOf(policyCase)
  const name = form.has('Signature') ? 'Signature' : 'x-oss-signature'
  form.set(
    name,
    `${form.get(name)}`.replace(/^./, (first) => (first === '0' ? '1' : '0')),
  )
  const file = form.get('file')!
  form.delete('file')
  form.append('file', file)
  const answer = await post(await serve(policyCase, 60), form)
  expect([answer.status, element(await answer.text(), 'Code')]).toEqual([403, 'SignatureDoesNotMatch'])
})
