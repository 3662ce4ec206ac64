import { operation } from '../operation.ts'
import { query, required, xmlBody } from '../words.ts'
import { type PublicAccessBlockConfiguration, publicAccessBlockConfiguration } from './shared.ts'

const named = {
  /** The access point's name. */
  accessPointName: required(query('x-oss-access-point-name')),
}

/**
 * Sets whether an access point can be open to everybody.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putaccesspointpublicaccessblock PutAccessPointPublicAccessBlock}
 */
export const putAccessPointPublicAccessBlock = operation({
  name: 'PutAccessPointPublicAccessBlock',
  route: 'PUT /{bucket}?publicAccessBlock',
  input: {
    ...named,
    /** Whether public access is blocked. */
    publicAccessBlockConfiguration: required(
      xmlBody<PublicAccessBlockConfiguration>('PublicAccessBlockConfiguration', publicAccessBlockConfiguration),
    ),
  },
})

/**
 * Tells whether an access point can be open to everybody.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getaccesspointpublicaccessblock GetAccessPointPublicAccessBlock}
 */
export const getAccessPointPublicAccessBlock = operation({
  name: 'GetAccessPointPublicAccessBlock',
  route: 'GET /{bucket}?publicAccessBlock',
  input: { ...named },
  output: {
    /** Whether public access is blocked. */
    publicAccessBlockConfiguration: required(
      xmlBody<PublicAccessBlockConfiguration>('PublicAccessBlockConfiguration', publicAccessBlockConfiguration),
    ),
  },
})

/**
 * Deletes the setting whether an access point can be open to everybody. The bucket's and the account's still hold.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deleteaccesspointpublicaccessblock DeleteAccessPointPublicAccessBlock}
 */
export const deleteAccessPointPublicAccessBlock = operation({
  name: 'DeleteAccessPointPublicAccessBlock',
  route: 'DELETE /{bucket}?publicAccessBlock',
  input: { ...named },
})
