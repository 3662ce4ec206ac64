import type { Call } from '../call.ts'
import { configurationsOf, forgetConfiguration, keepConfiguration } from '../configurations/stored.ts'
import { invalidArgument, ServiceFault } from '../errors.ts'
import { empty, type OssResponse, xmlAnswer } from '../message.ts'
import { branch, leaf, xmlDocument } from '../xml.ts'

/** OpenMetaQuery: notes that objects are to be indexed; the emulator indexes none. */
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

/** GetMetaQueryStatus: whether objects are indexed. */
export function getMetaQueryStatus(call: Call): OssResponse {
  const document = configurationsOf(call).MetaQuery
  if (document !== undefined) return xmlAnswer(xmlDocument(document))
  throw new ServiceFault(404, 'MetaQueryNotExist', 'The meta query of the bucket does not exist.', {
    details: { BucketName: call.bucket },
  })
}

/** CloseMetaQuery: forgets the index. */
export async function closeMetaQuery(call: Call): Promise<OssResponse> {
  await forgetConfiguration(call, 'MetaQuery')
  return empty()
}
