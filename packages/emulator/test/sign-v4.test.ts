import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { canonicalRequest, readCredential, signatureOf, stringToSign } from '../src/authentication/v4.ts'
import { signV4 } from './sign-v4.ts'

interface VectorCase {
  readonly id: string
  readonly input: {
    readonly signer: string
    readonly method: string
    readonly bucket: string | null
    readonly key: string | null
    readonly query: Record<string, string | null>
    readonly headers: Record<string, string>
    readonly additionalHeaders: string[]
    readonly credentials: { accessKeyId: string; accessKeySecret: string; securityToken?: string | null }
    readonly region: string
    readonly product: string
    readonly signingTime: string
  }
  readonly expected: {
    readonly canonicalRequest: string
    readonly stringToSign: string
    readonly signature: string
    readonly authorization: string
  }
}

const path = new URL('../../core/test/conformance/vectors/sign-v4-header.json', import.meta.url)
const cases = (JSON.parse(readFileSync(path, 'utf8')).cases as VectorCase[]).filter(
  ({ input }) => input.signer === 'oss' && input.product === 'oss',
)

// The signer of the tests knows the product `oss` alone.
const signable = cases.filter(({ expected }) => expected.authorization.includes('/oss/'))

test.each(signable)('the signer of the tests signs $id as the vectors do', ({ input, expected }) => {
  const headers = signV4({ ...input, signedAt: new Date(input.signingTime) })
  expect(headers.authorization).toBe(expected.authorization)
})

test.each(cases)('the server computes the signature of $id as the vectors do', ({ input, expected }) => {
  const sent = signV4({ ...input, signedAt: new Date(input.signingTime) })
  const fields = /Credential=([^,]+),(?:AdditionalHeaders=([^,]+),)?/.exec(expected.authorization)!
  const credential = readCredential(fields[1]!)!

  const canonical = canonicalRequest({
    method: input.method,
    bucket: input.bucket ?? undefined,
    key: input.key ?? '',
    query: Object.entries(input.query).map(([name, value]) => [name, value ?? ''] as const),
    headers: new Map(Object.entries(sent)),
    additionalHeaders: fields[2]?.split(';') ?? [],
  })
  const text = stringToSign(canonical, sent['x-oss-date']!, credential)

  expect(canonical).toBe(expected.canonicalRequest)
  expect(text).toBe(expected.stringToSign)
  expect(signatureOf(text, input.credentials.accessKeySecret, credential)).toBe(expected.signature)
})
