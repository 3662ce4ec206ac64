import { accountIdOf } from '../authentication/principal.ts'
import type { Call } from '../call.ts'
import { readLimit } from '../listing.ts'
import { type OssResponse, xmlAnswer } from '../message.ts'
import { ownerElement } from '../owner.ts'
import { branch, leaf, xmlDocument } from '../xml.ts'

/** ListCloudBoxes: the cloud boxes of the account, of which there are none. */
export function listCloudBoxes(call: Call): OssResponse {
  const document = branch(
    'ListCloudBoxResult',
    leaf('Prefix', call.query.get('prefix') ?? ''),
    leaf('Marker', call.query.get('marker') ?? ''),
    leaf('MaxKeys', readLimit('max-keys', call.query.get('max-keys'), 100)),
    leaf('IsTruncated', false),
    leaf('NextMarker', ''),
    ownerElement(accountIdOf(call.principal) ?? ''),
    leaf('CloudBoxes', ''),
  )
  return xmlAnswer(xmlDocument(document))
}
