import { createHmac, randomUUID } from 'node:crypto'

/** Percent-encoding as RPC signatures want it. @param {string} text */
const encode = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)

/**
 * Asks STS for a token of a role, narrowed by a policy. Returns the text of the answer and its HTTP status.
 *
 * @see {@link https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole AssumeRole}
 * @param {{ stsEndpoint: string, accessKeyId: string, accessKeySecret: string, roleArn: string }} role
 * @param {{ sessionName: string, durationSeconds: number, policy: object, now: Date }} session
 */
export async function assumeRole(role, { sessionName, durationSeconds, policy, now }) {
  const parameters = {
    Action: 'AssumeRole',
    Version: '2015-04-01',
    Format: 'JSON',
    RoleArn: role.roleArn,
    RoleSessionName: sessionName,
    DurationSeconds: String(durationSeconds),
    Policy: JSON.stringify(policy),
    AccessKeyId: role.accessKeyId,
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    SignatureNonce: randomUUID(),
    Timestamp: now.toISOString().replace(/\.\d+Z$/, 'Z'),
  }
  const pairs = Object.entries(parameters).map(([name, value]) => `${encode(name)}=${encode(value)}`)
  const query = pairs.sort().join('&')
  const signature = createHmac('sha1', `${role.accessKeySecret}&`)
    .update(`POST&%2F&${encode(query)}`)
    .digest('base64')
  const response = await fetch(role.stsEndpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `${query}&Signature=${encode(signature)}`,
  })
  return { status: response.status, text: await response.text() }
}
