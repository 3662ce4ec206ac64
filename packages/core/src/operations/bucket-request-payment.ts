import { operation } from '../operation.ts'
import { oneOf, required, struct, type TypeOf, xmlBody } from '../words.ts'

const payerType = oneOf('BucketOwner', 'Requester')
/** Who pays for requests to a bucket and their traffic. */
export type PayerType = TypeOf<typeof payerType>

const requestPaymentConfiguration = struct({
  /** With `Requester`, others than the owner have to send `requestPayer: 'requester'`. @default 'BucketOwner' */
  payer: payerType,
})

/** Who pays for requests to a bucket. */
export interface RequestPaymentConfiguration extends TypeOf<typeof requestPaymentConfiguration> {}

/**
 * Sets who pays for requests to a bucket and their traffic: its owner, or who sends them.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketrequestpayment PutBucketRequestPayment}
 */
export const putBucketRequestPayment = operation({
  name: 'PutBucketRequestPayment',
  route: 'PUT /{bucket}?requestPayment',
  input: {
    /** Who shall pay. */
    requestPaymentConfiguration: required(
      xmlBody<RequestPaymentConfiguration>('RequestPaymentConfiguration', requestPaymentConfiguration),
    ),
  },
})

/**
 * Tells who pays for requests to a bucket and their traffic.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketrequestpayment GetBucketRequestPayment}
 */
export const getBucketRequestPayment = operation({
  name: 'GetBucketRequestPayment',
  route: 'GET /{bucket}?requestPayment',
  output: {
    /** Who pays; `BucketOwner` if it was never set. */
    requestPaymentConfiguration: required(
      xmlBody<RequestPaymentConfiguration>('RequestPaymentConfiguration', requestPaymentConfiguration),
    ),
  },
})
