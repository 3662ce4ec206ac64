import { createHmac, randomUUID } from 'node:crypto'
import { send, type Target } from './signed-client.ts'

/** Credentials that STS has given out. */
export interface TemporaryCredentials {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken: string
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

/** Parameters as they are signed and sent. */
export const canonicalParameters = (parameters: Record<string, string>): string =>
  Object.keys(parameters)
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => `${encode(name)}=${encode(parameters[name]!)}`)
    .join('&')

/** Takes a role as the documentation of STS says, or throws status, code and message. */
export async function assumeRole(
  target: Target,
  parameters: Record<string, string>,
  now = new Date(),
): Promise<TemporaryCredentials> {
  const canonical = canonicalParameters({
    Action: 'AssumeRole',
    Version: '2015-04-01',
    Format: 'JSON',
    AccessKeyId: target.accessKeyId,
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    SignatureNonce: randomUUID(),
    Timestamp: now.toISOString().replace(/\.\d+/, ''),
    ...parameters,
  })
  const text = `GET&%2F&${encode(canonical)}`
  const signature = createHmac('sha1', `${target.accessKeySecret}&`).update(text).digest('base64')
  const host = { host: `127.0.0.1:${target.port}` }
  const answer = await send(target.port, 'GET', `/?${canonical}&Signature=${encode(signature)}`, host)
  const body = JSON.parse(answer.text)
  if (answer.status !== 200) throw new Error(`${answer.status} ${body.Code}: ${body.Message}`)
  const { AccessKeyId, AccessKeySecret, SecurityToken } = body.Credentials
  return { accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret, securityToken: SecurityToken }
}
