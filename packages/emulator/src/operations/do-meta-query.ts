import type { Call } from '../call.ts'
import { configurationsOf } from '../configurations/stored.ts'
import { invalidArgument, malformedXml, notImplemented } from '../errors.ts'
import { type OssResponse, readBody, xmlAnswer } from '../message.ts'
import { aggregated } from '../meta-query/aggregate.ts'
import { compareValues, fieldOf, readQuery } from '../meta-query/condition.ts'
import type { ObjectRecord } from '../storage/records.ts'
import { branch, childrenOf, elementAt, leaf, readXml, textOf, type XmlElement, xmlDocument } from '../xml.ts'
import { currentObjects } from './list-objects.ts'
import { noSuchMetaQuery } from './meta-query.ts'

const maximumResults = 100

function fileElement(bucket: string, object: ObjectRecord): string {
  const optional = [
    'ServerSideEncryption',
    'ContentType',
    'ContentEncoding',
    'ContentLanguage',
    'ContentDisposition',
    'CacheControl',
  ]
  const tags = object.tags.map(([key, value]) => branch('Tagging', leaf('Key', key), leaf('Value', value)))
  const metadata = Object.entries(object.metadata).map(([name, value]) =>
    branch('UserMeta', leaf('Key', `x-oss-meta-${name}`), leaf('Value', value)),
  )
  return branch(
    'File',
    leaf('URI', `oss://${bucket}/${object.key}`),
    leaf('Filename', object.key),
    leaf('Size', object.size),
    leaf('FileModifiedTime', object.lastModified),
    leaf('OSSObjectType', object.type),
    leaf('OSSStorageClass', object.storageClass),
    leaf('ObjectACL', object.acl),
    leaf('ETag', `"${object.etag}"`),
    leaf('OSSCRC64', object.crc64),
    leaf('OSSTaggingCount', object.tags.length),
    tags.length > 0 ? branch('OSSTagging', ...tags) : undefined,
    metadata.length > 0 ? branch('OSSUserMeta', ...metadata) : undefined,
    ...optional.map((field) => {
      const value = fieldOf(object, field)
      return value === undefined ? undefined : leaf(field, value)
    }),
  )
}

function readMaximum(document: XmlElement): number {
  const text = textOf(document, 'MaxResults')?.trim() || String(maximumResults)
  if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= maximumResults) return Number(text)
  throw invalidArgument('MaxResults', text, `MaxResults must be between 1 and ${maximumResults}.`)
}

function readToken(document: XmlElement): number {
  const text = textOf(document, 'NextToken')?.trim() ?? ''
  const start = text === '' ? 0 : Number(Buffer.from(text, 'base64url').toString('utf8'))
  if (Number.isInteger(start) && start >= 0) return start
  throw invalidArgument('NextToken', text, 'The NextToken is invalid.')
}

/** Puts objects in the order that is asked for, by their keys where none is. */
function ordered(document: XmlElement, objects: readonly ObjectRecord[]): ObjectRecord[] {
  const field = textOf(document, 'Sort')?.trim() || 'Filename'
  const direction = textOf(document, 'Order')?.trim() === 'desc' ? -1 : 1
  return [...objects].sort(
    (a, b) => direction * compareValues(fieldOf(a, field) ?? '', fieldOf(b, field) ?? '') || (a.key < b.key ? -1 : 1),
  )
}

/** DoMetaQuery: finds objects by what is stored of them, or computes something over those it finds. */
export async function doMetaQuery(call: Call): Promise<OssResponse> {
  if (configurationsOf(call).MetaQuery === undefined) throw noSuchMetaQuery(call)
  if ((call.query.get('mode') || 'basic') !== 'basic') throw notImplemented('DoMetaQuery in the mode semantic')
  const document = readXml(await readBody(call.request), 'MetaQuery')
  if (document === undefined) throw malformedXml()
  const limit = readMaximum(document)
  const start = readToken(document)
  const isMet = readQuery(textOf(document, 'Query') ?? '')
  const found = [...currentObjects(call, '')].map(({ value }) => value).filter(isMet)
  const aggregations = elementAt(document, 'Aggregations')
  if (aggregations !== undefined) {
    const results = childrenOf(aggregations, 'Aggregation').map((aggregation) => aggregated(aggregation, found))
    return xmlAnswer(xmlDocument(branch('MetaQuery', leaf('NextToken', ''), branch('Aggregations', ...results))))
  }
  const page = ordered(document, found).slice(start, start + limit)
  const end = start + page.length
  const next = end < found.length ? Buffer.from(String(end)).toString('base64url') : ''
  const files = page.map((object) => fileElement(call.bucket, object))
  return xmlAnswer(xmlDocument(branch('MetaQuery', leaf('NextToken', next), branch('Files', ...files))))
}
