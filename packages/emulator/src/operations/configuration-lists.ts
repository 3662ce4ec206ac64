import type { Call } from '../call.ts'
import { configurationsNamed, configurationsOf } from '../configurations/stored.ts'
import { type OssResponse, xmlAnswer } from '../message.ts'
import { branch, leaf, xmlDocument } from '../xml.ts'

const inventoriesPerPage = 100

/** ListBucketInventory: the inventories of a bucket, by id. */
export function listBucketInventory(call: Call): OssResponse {
  const after = call.query.get('continuation-token') ?? ''
  const rest = configurationsNamed(configurationsOf(call), 'BucketInventory').filter(([id]) => id > after)
  const page = rest.slice(0, inventoriesPerPage)
  const isTruncated = rest.length > page.length
  const document = branch(
    'ListInventoryConfigurationsResult',
    ...page.map(([, inventory]) => inventory),
    leaf('IsTruncated', isTruncated),
    isTruncated ? leaf('NextContinuationToken', page.at(-1)?.[0] ?? '') : undefined,
  )
  return xmlAnswer(xmlDocument(document))
}

/** ListStyle: the image styles of a bucket, by name. */
export function listStyle(call: Call): OssResponse {
  const styles = configurationsNamed(configurationsOf(call), 'Style').map(([, style]) => style)
  return xmlAnswer(xmlDocument(branch('StyleList', ...styles)))
}
