import type { Call } from '../call.ts'
import { malformedXml } from '../errors.ts'
import { objectOf, requireBucket, versionHeader } from '../lookup.ts'
import { empty, type OssResponse, readBody, xmlAnswer } from '../message.ts'
import { checkTags } from '../tags.ts'
import { branch, childrenOf, leaf, readXml, textOf, xmlDocument } from '../xml.ts'
import { changeObject } from './object-acl.ts'

/** PutObjectTagging: sets the tags of an object, in place of those it had. */
export async function putObjectTagging(call: Call): Promise<OssResponse> {
  const document = readXml(await readBody(call.request), 'Tagging')
  const [tagSet] = document === undefined ? [] : childrenOf(document, 'TagSet')
  if (tagSet === undefined) throw malformedXml()
  const tags = checkTags(
    childrenOf(tagSet, 'Tag').map((tag) => [textOf(tag, 'Key') ?? '', textOf(tag, 'Value') ?? ''] as const),
  )
  return empty(200, await changeObject(call, (object) => ({ ...object, tags })))
}

/** GetObjectTagging: the tags of an object. */
export function getObjectTagging(call: Call): OssResponse {
  const { tags, versionId } = objectOf(call)
  const elements = tags.map(([key, value]) => branch('Tag', leaf('Key', key), leaf('Value', value)))
  const document = xmlDocument(branch('Tagging', branch('TagSet', ...elements)))
  return xmlAnswer(document, versionHeader(requireBucket(call.store, call.bucket), versionId))
}

/** DeleteObjectTagging: removes all tags of an object. */
export const deleteObjectTagging = async (call: Call): Promise<OssResponse> =>
  empty(204, await changeObject(call, (object) => ({ ...object, tags: [] })))
