import { createHmac } from 'node:crypto'
import { invalidArgument, ServiceFault } from '../errors.ts'
import type { Settings } from '../settings.ts'
import type { Store } from '../storage/store.ts'
import { findKey } from './keys.ts'
import type { Principal } from './principal.ts'
import { isSameText } from './same-text.ts'
import { readCredential, signatureOf } from './v4.ts'
import { checkScope, noValidDate } from './v4-checks.ts'

/** What the authentication of a form looks at. */
export interface FormAuthenticationInput {
  readonly fields: ReadonlyMap<string, string>
  readonly settings: Settings
  readonly store: Store
  readonly now: Date
}

function checkFormSignature(accessKeyId: string, policy: string, given: string, expected: string): void {
  if (isSameText(given, expected)) return
  throw new ServiceFault(
    403,
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    {
      ec: '0002-00000040',
      details: { OSSAccessKeyId: accessKeyId, SignatureProvided: given, StringToSign: policy },
      reason: 'the signature of the policy is wrong; the server signed the field policy as it came',
    },
  )
}

function requiredField(fields: ReadonlyMap<string, string>, name: string): string {
  const value = fields.get(name)
  if (value) return value
  throw invalidArgument(name, '', `Bucket POST must contain a field named '${name}'.`)
}

function authenticateV1Form({ fields, settings, store, now }: FormAuthenticationInput): Principal {
  const accessKeyId = requiredField(fields, 'OSSAccessKeyId')
  const signature = requiredField(fields, 'Signature')
  const policy = requiredField(fields, 'policy')
  const key = findKey(settings, store, accessKeyId, fields.get('x-oss-security-token'), now)
  checkFormSignature(accessKeyId, policy, signature, createHmac('sha1', key.secret).update(policy).digest('base64'))
  return key.principal
}

function authenticateV4Form({ fields, settings, store, now }: FormAuthenticationInput): Principal {
  const policy = requiredField(fields, 'policy')
  const signature = requiredField(fields, 'x-oss-signature')
  const date = requiredField(fields, 'x-oss-date')
  const credentialText = requiredField(fields, 'x-oss-credential')
  const credential = readCredential(credentialText)
  if (credential === undefined) {
    throw invalidArgument('x-oss-credential', credentialText, 'The credential is invalid.')
  }
  if (!/^\d{8}T\d{6}Z$/.test(date)) throw noValidDate()
  const key = findKey(settings, store, credential.accessKeyId, fields.get('x-oss-security-token'), now)
  checkScope(credential, date, settings.region, 'x-oss-credential')
  checkFormSignature(credential.accessKeyId, policy, signature, signatureOf(policy, key.secret, credential))
  return key.principal
}

/** Finds out who made the policy of a form; nobody when the form has neither policy nor signature. */
export function authenticateForm(input: FormAuthenticationInput): Principal {
  const { fields } = input
  const version = fields.get('x-oss-signature-version')
  if (version === 'OSS4-HMAC-SHA256') return authenticateV4Form(input)
  if (version !== undefined) {
    throw invalidArgument('x-oss-signature-version', version, 'The signature version is invalid.')
  }
  const isSigned = ['OSSAccessKeyId', 'Signature', 'policy'].some((name) => fields.has(name))
  return isSigned ? authenticateV1Form(input) : { kind: 'anonymous' }
}
