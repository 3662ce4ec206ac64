import { operation } from '../operation.ts'
import { required, xmlBody } from '../words.ts'
import { type PublicAccessBlockConfiguration, publicAccessBlockConfiguration } from './shared.ts'

/**
 * Sets whether public access to every bucket of the account is blocked, whatever the buckets themselves say.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putpublicaccessblock PutPublicAccessBlock}
 */
export const putPublicAccessBlock = operation({
  name: 'PutPublicAccessBlock',
  route: 'PUT /?publicAccessBlock',
  input: {
    /** Whether public access to the account's buckets shall be blocked. */
    publicAccessBlockConfiguration: required(
      xmlBody<PublicAccessBlockConfiguration>('PublicAccessBlockConfiguration', publicAccessBlockConfiguration),
    ),
  },
})

/**
 * Tells whether public access to every bucket of the account is blocked.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getpublicaccessblock GetPublicAccessBlock}
 */
export const getPublicAccessBlock = operation({
  name: 'GetPublicAccessBlock',
  route: 'GET /?publicAccessBlock',
  output: {
    /** Whether public access to the account's buckets is blocked; false if it was never set. */
    publicAccessBlockConfiguration: required(
      xmlBody<PublicAccessBlockConfiguration>('PublicAccessBlockConfiguration', publicAccessBlockConfiguration),
    ),
  },
})

/**
 * Deletes the account's setting of public access, so that each bucket's own decides. Deleting none succeeds.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deletepublicaccessblock DeletePublicAccessBlock}
 */
export const deletePublicAccessBlock = operation({
  name: 'DeletePublicAccessBlock',
  route: 'DELETE /?publicAccessBlock',
})
