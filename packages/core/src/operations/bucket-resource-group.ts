import { operation } from '../operation.ts'
import { required, string, struct, type TypeOf, xmlBody } from '../words.ts'

const bucketResourceGroupConfiguration = struct({
  /** The resource group's id, as in `rg-acfmxt3example`; empty stands for the account's default group. */
  resourceGroupId: string,
})

/** Which resource group a bucket belongs to. */
export interface BucketResourceGroupConfiguration extends TypeOf<typeof bucketResourceGroupConfiguration> {}

/**
 * Moves a bucket to a resource group of its account.
 *
 * Throws a ServiceError with the code `ResourceGroupIdPreCheckError` if there is no such group.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketresourcegroup PutBucketResourceGroup}
 */
export const putBucketResourceGroup = operation({
  name: 'PutBucketResourceGroup',
  route: 'PUT /{bucket}?resourceGroup',
  input: {
    /** Which group the bucket shall belong to. */
    bucketResourceGroupConfiguration: required(
      xmlBody<BucketResourceGroupConfiguration>('BucketResourceGroupConfiguration', bucketResourceGroupConfiguration),
    ),
  },
})

/**
 * Tells which resource group a bucket belongs to.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketresourcegroup GetBucketResourceGroup}
 */
export const getBucketResourceGroup = operation({
  name: 'GetBucketResourceGroup',
  route: 'GET /{bucket}?resourceGroup',
  output: {
    /** Which group the bucket belongs to. */
    bucketResourceGroupConfiguration: required(
      xmlBody<BucketResourceGroupConfiguration>('BucketResourceGroupConfiguration', bucketResourceGroupConfiguration),
    ),
  },
})
