import type { Call } from '../call.ts'
import { configurationsOf, forgetConfiguration, keepConfiguration } from '../configurations/stored.ts'
import { invalidArgument, ServiceFault } from '../errors.ts'
import { empty, type OssResponse, xmlAnswer } from '../message.ts'
import { branch, leaf, xmlDocument } from '../xml.ts'

/** OpenMetaQuery: lets objects be found by what is stored of them. */
export async function openMetaQuery(call: Call): Promise<OssResponse> {
  const mode = call.query.get('mode') ?? 'basic'
  if (mode !== 'basic' && mode !== 'semantic') throw invalidArgument('mode', mode, 'The mode is invalid.')
  const now = call.now.toISOString()
  const document = branch(
    'MetaQueryStatus',
    leaf('State', 'Running'),
    leaf('Phase', 'IncrementalScanning'),
    leaf('CreateTime', now),
    leaf('UpdateTime', now),
    leaf('MetaQueryMode', mode),
  )
  await keepConfiguration(call, 'MetaQuery', document)
  return empty()
}

/** 404 for a bucket whose objects are not indexed. */
export const noSuchMetaQuery = ({ bucket }: Call): ServiceFault =>
  new ServiceFault(404, 'MetaQueryNotExist', 'The meta query of the bucket does not exist.', {
    details: { BucketName: bucket },
  })

/** GetMetaQueryStatus: whether objects are indexed. */
export function getMetaQueryStatus(call: Call): OssResponse {
  const document = configurationsOf(call).MetaQuery
  if (document !== undefined) return xmlAnswer(xmlDocument(document))
  throw noSuchMetaQuery(call)
}

/** CloseMetaQuery: forgets the index. */
export async function closeMetaQuery(call: Call): Promise<OssResponse> {
  await forgetConfiguration(call, 'MetaQuery')
  return empty()
}
