import { createHmac } from 'node:crypto'
import type { Emulator } from '@oss-js/emulator'
import type { Credentials } from '../src/credentials/credentials.ts'
import { percentEncode } from '../src/percent-encode.ts'

/** Temporary credentials from the emulator's STS. */
export async function assumedRole(emulator: Emulator, now: Date, lifetimeSeconds = 900): Promise<Credentials> {
  const parameters = {
    AccessKeyId: emulator.accessKeyId,
    Action: 'AssumeRole',
    DurationSeconds: String(lifetimeSeconds),
    Format: 'JSON',
    RoleArn: emulator.roleArn,
    RoleSessionName: 'page',
    SignatureMethod: 'HMAC-SHA1',
    SignatureNonce: 'once',
    SignatureVersion: '1.0',
    Timestamp: now.toISOString().replace(/\.\d+/, ''),
    Version: '2015-04-01',
  }
  const query = Object.entries(parameters)
    .map(([name, value]) => `${name}=${percentEncode(value)}`)
    .join('&')
  const text = `GET&%2F&${percentEncode(query)}`
  const signature = createHmac('sha1', `${emulator.accessKeySecret}&`).update(text).digest('base64')
  const answer = await fetch(`${emulator.stsEndpoint}/?${query}&Signature=${percentEncode(signature)}`)
  const { Credentials: issued } = (await answer.json()) as { Credentials: Record<string, string> }
  return {
    accessKeyId: issued.AccessKeyId as string,
    accessKeySecret: issued.AccessKeySecret as string,
    securityToken: issued.SecurityToken,
    expiration: new Date(issued.Expiration as string),
  }
}
