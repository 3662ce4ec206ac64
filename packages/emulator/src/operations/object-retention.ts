import type { Call } from '../call.ts'
import { invalidArgument, malformedXml, ServiceFault } from '../errors.ts'
import { objectOf, requireBucket, versionHeader } from '../lookup.ts'
import { empty, type OssResponse, readBody, xmlAnswer } from '../message.ts'
import { bypassesGovernance, fileImmutable } from '../retention.ts'
import type { ObjectRecord, Retention } from '../storage/records.ts'
import { branch, leaf, readXml, textOf, xmlDocument } from '../xml.ts'
import { changeObject } from './object-acl.ts'

/** Throws 400 unless the bucket has a retention of objects. */
function checkSupported(call: Call): void {
  if (requireBucket(call.store, call.bucket).configurations?.BucketObjectWormConfiguration !== undefined) return
  throw new ServiceFault(400, 'OperationNotSupported', 'The operation is not supported for this resource', {
    ec: '0037-00000001',
  })
}

async function readRetention(call: Call): Promise<Retention> {
  const document = readXml(await readBody(call.request), 'Retention')
  const mode = document && textOf(document, 'Mode')?.trim()
  const retainUntil = (document && textOf(document, 'RetainUntilDate')?.trim()) ?? ''
  if (mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') throw malformedXml()
  const until = Date.parse(retainUntil)
  if (Number.isNaN(until)) throw malformedXml()
  if (until > call.now.getTime()) return { mode, retainUntil }
  throw invalidArgument('RetainUntilDate', retainUntil, 'The retain until date must be in the future.')
}

/** Throws 409 when a retention that holds would become weaker. */
function checkWeakening(call: Call, { key, retention }: ObjectRecord, next: Retention): void {
  if (retention === undefined || Date.parse(retention.retainUntil) <= call.now.getTime()) return
  const isShorter = Date.parse(next.retainUntil) < Date.parse(retention.retainUntil)
  const isLooser = retention.mode === 'COMPLIANCE' && next.mode === 'GOVERNANCE'
  if (!isShorter && !isLooser) return
  if (retention.mode === 'GOVERNANCE' && bypassesGovernance(call)) return
  throw fileImmutable(key, `the object is retained until ${retention.retainUntil} in mode ${retention.mode}`)
}

/** PutObjectRetention: keeps a version from change until a time. */
export async function putObjectRetention(call: Call): Promise<OssResponse> {
  checkSupported(call)
  const retention = await readRetention(call)
  const headers = await changeObject(call, (object) => {
    checkWeakening(call, object, retention)
    return { ...object, retention }
  })
  return empty(200, headers)
}

/** GetObjectRetention: until when a version is kept from change. */
export function getObjectRetention(call: Call): OssResponse {
  checkSupported(call)
  const { retention, versionId } = objectOf(call)
  if (retention === undefined) {
    throw new ServiceFault(404, 'NoSuchObjectRetention', 'The object has no retention.', { details: { Key: call.key } })
  }
  const document = branch('Retention', leaf('Mode', retention.mode), leaf('RetainUntilDate', retention.retainUntil))
  return xmlAnswer(xmlDocument(document), versionHeader(requireBucket(call.store, call.bucket), versionId))
}

/** PutObjectLegalHold: keeps a version from change for as long as the hold is on. */
export async function putObjectLegalHold(call: Call): Promise<OssResponse> {
  checkSupported(call)
  const document = readXml(await readBody(call.request), 'LegalHold')
  const legalHold = document && textOf(document, 'Status')?.trim()
  if (legalHold !== 'ON' && legalHold !== 'OFF') throw malformedXml()
  return empty(200, await changeObject(call, (object) => ({ ...object, legalHold })))
}

/** GetObjectLegalHold: whether a hold is on a version. */
export function getObjectLegalHold(call: Call): OssResponse {
  checkSupported(call)
  const { legalHold, versionId } = objectOf(call)
  if (legalHold === undefined) {
    throw new ServiceFault(404, 'NoSuchObjectLegalHold', 'The object has no legal hold.', {
      details: { Key: call.key },
    })
  }
  const document = branch('LegalHold', leaf('Status', legalHold))
  return xmlAnswer(xmlDocument(document), versionHeader(requireBucket(call.store, call.bucket), versionId))
}
