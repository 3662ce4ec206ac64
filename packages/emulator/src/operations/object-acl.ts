import { refusePublicAcl } from '../authorization/public-access.ts'
import { type Call, header, versionIdOf } from '../call.ts'
import { objectOf, requireBucket, requireObject, versionHeader } from '../lookup.ts'
import { empty, type OssResponse, xmlAnswer } from '../message.ts'
import { readObjectAcl } from '../object-attributes.ts'
import { ownerElement } from '../owner.ts'
import type { ObjectRecord } from '../storage/records.ts'
import { replaceVersion } from '../storage/versions.ts'
import { branch, leaf, xmlDocument } from '../xml.ts'

/** Changes the record of the version that a call names, and returns the header that names it. */
export async function changeObject(
  call: Call,
  change: (object: ObjectRecord) => ObjectRecord,
): Promise<Record<string, string>> {
  const object = await call.store.transact((transaction) => {
    const found = requireObject(call.store, call.bucket, call.key, versionIdOf(call))
    replaceVersion(call.store, transaction, call.bucket, change(found))
    return found
  })
  return versionHeader(requireBucket(call.store, call.bucket), object.versionId)
}

/** PutObjectAcl: sets who may use an object. */
export async function putObjectAcl(call: Call): Promise<OssResponse> {
  const acl = readObjectAcl(header(call, 'x-oss-object-acl') ?? '')
  refusePublicAcl(call.store, requireBucket(call.store, call.bucket), acl, 'object')
  return empty(200, await changeObject(call, (object) => ({ ...object, acl })))
}

/** GetObjectAcl: who may use an object. */
export function getObjectAcl(call: Call): OssResponse {
  const { ownerId, acl, versionId } = objectOf(call)
  const grant = branch('AccessControlList', leaf('Grant', acl))
  const document = xmlDocument(branch('AccessControlPolicy', ownerElement(ownerId), grant))
  return xmlAnswer(document, versionHeader(requireBucket(call.store, call.bucket), versionId))
}
