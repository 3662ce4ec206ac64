import { operation } from '../operation.ts'
import { format } from '../schema/words.ts'
import {
  boolean,
  element,
  header,
  list,
  number,
  oneOf,
  type Placed,
  payload,
  query,
  required,
  string,
  struct,
  type TypeOf,
  text,
  xml,
  xmlBody,
} from '../words.ts'
import {
  type AccessPointEndpoints,
  accessPointEndpoints,
  accessPointStatus,
  type PublicAccessBlockConfiguration,
  publicAccessBlockConfiguration,
} from './shared.ts'

const accessPointNetworkOrigin = oneOf('vpc', 'internet')
/** From where an access point can be reached: one private network (`vpc`), or everywhere (`internet`). */
export type AccessPointNetworkOrigin = TypeOf<typeof accessPointNetworkOrigin>

const accessPointVpcConfiguration = struct({
  /** The id of the private network. */
  vpcId: string,
})

/** The private network that an access point can be reached from. */
export interface AccessPointVpcConfiguration extends TypeOf<typeof accessPointVpcConfiguration> {}

const createAccessPointConfiguration = struct({
  /**
   * The access point's name, unique in the account's region: 3 to 19 lowercase letters, digits and hyphens, no hyphen at
   * either end, not ending in `-ossalias`.
   */
  accessPointName: string,
  /** From where it can be reached. */
  networkOrigin: accessPointNetworkOrigin,
  /** The private network. Needed with the network origin `vpc`. */
  vpcConfiguration: element<AccessPointVpcConfiguration>('VpcConfiguration', accessPointVpcConfiguration),
})

/** How an access point is created. */
export interface CreateAccessPointConfiguration extends TypeOf<typeof createAccessPointConfiguration> {}

const accessPoint = struct({
  /** From where it can be reached. */
  networkOrigin: accessPointNetworkOrigin,
  /** The private network, with the network origin `vpc`. */
  vpcConfiguration: element<AccessPointVpcConfiguration>('VpcConfiguration', accessPointVpcConfiguration),
  /** Whether it can be used. */
  status: accessPointStatus,
  /** The bucket that it leads to. */
  bucket: string,
  /** The access point's name. */
  accessPointName: string,
  /** What stands in requests where else the bucket's name stands. */
  alias: string,
})

/** What a listing says of one access point. */
export interface AccessPoint extends TypeOf<typeof accessPoint> {}

const named = {
  /** The access point's name. */
  accessPointName: required(header('x-oss-access-point-name')),
}

/** The bucket as the host, in a call that also goes without. */
const bucketOrNone: Placed<string> = {
  name: 'host',
  type: string,
  at: {
    write(draft, _field, value, key) {
      draft.bucket = format(string, value, key)
    },
  },
}

/**
 * Creates an access point: another name for a bucket, with a policy and a network of its own. It can be used when its status
 * is `enable`.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/createaccesspoint CreateAccessPoint}
 */
export const createAccessPoint = operation({
  name: 'CreateAccessPoint',
  route: 'PUT /{bucket}?accessPoint',
  input: {
    /** Its name, and from where it can be reached. */
    createAccessPointConfiguration: required(
      xmlBody<CreateAccessPointConfiguration>('CreateAccessPointConfiguration', createAccessPointConfiguration),
    ),
  },
  output: xml('CreateAccessPointResult', {
    /** The access point's resource name, as policies name it: `acs:oss:cn-hangzhou:…:accesspoint/ap-01`. */
    accessPointArn: string,
    /** What stands in requests where else the bucket's name stands. */
    alias: string,
  }),
})

/**
 * Tells about an access point.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getaccesspoint GetAccessPoint}
 */
export const getAccessPoint = operation({
  name: 'GetAccessPoint',
  route: 'GET /{bucket}?accessPoint',
  input: { ...named },
  output: xml('GetAccessPointResult', {
    /** The id of the account that it belongs to. */
    accountId: string,
    /** From where it can be reached. */
    networkOrigin: accessPointNetworkOrigin,
    /** Its resource name, as policies name it. */
    accessPointArn: string,
    /** Whether it can be used. */
    status: accessPointStatus,
    /** When it was created, in milliseconds since 1970 or ISO 8601. */
    creationDate: string,
    /** The access point's name. */
    accessPointName: string,
    /** The bucket that it leads to. */
    bucket: string,
    /** The access point's hosts. */
    endpoints: element<AccessPointEndpoints>('Endpoints', accessPointEndpoints),
    /** Whether its policy may let everybody in. */
    publicAccessBlockConfiguration: element<PublicAccessBlockConfiguration>(
      'PublicAccessBlockConfiguration',
      publicAccessBlockConfiguration,
    ),
    /** The private network, with the network origin `vpc`. */
    vpcConfiguration: element<AccessPointVpcConfiguration>('VpcConfiguration', accessPointVpcConfiguration),
    /** What stands in requests where else the bucket's name stands. */
    alias: string,
  }),
})

/**
 * Lists the access points of an account, or of one bucket.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/listaccesspoints ListAccessPoints}
 */
export const listAccessPoints = operation({
  name: 'ListAccessPoints',
  route: 'GET /?accessPoint',
  input: {
    /** Only access points of this bucket. @default all of the account's */
    bucket: bucketOrNone,
    /** Access points on one page at most: 1 to 1000, with `bucket` 1 to 100. */
    maxKeys: query('max-keys', number),
    /** Goes on where the page with this `nextContinuationToken` ended. */
    continuationToken: query('continuation-token'),
  },
  output: xml('ListAccessPointsResult', {
    /** The access points of this page. */
    accessPoints: required(list<AccessPoint>('AccessPoints/AccessPoint', accessPoint)),
    /** What was asked for. */
    maxKeys: number,
    /** Whether there are more, from `nextContinuationToken` on. */
    isTruncated: boolean,
    /** The `continuationToken` of the next page. */
    nextContinuationToken: string,
    /** The id of the account that they belong to. */
    accountId: string,
  }),
  next: { continuationToken: 'nextContinuationToken' },
  limit: 'maxKeys',
})

/**
 * Deletes an access point. The bucket stays as it is.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deleteaccesspoint DeleteAccessPoint}
 */
export const deleteAccessPoint = operation({
  name: 'DeleteAccessPoint',
  route: 'DELETE /{bucket}?accessPoint',
  input: { ...named },
})

/**
 * Sets the policy of an access point, replacing any it had.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putaccesspointpolicy PutAccessPointPolicy}
 */
export const putAccessPointPolicy = operation({
  name: 'PutAccessPointPolicy',
  route: 'PUT /{bucket}?accessPointPolicy',
  input: {
    ...named,
    /** The policy, in JSON. Its resources are access points and what is behind them. */
    body: required(payload),
  },
})

/**
 * Tells the policy of an access point.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getaccesspointpolicy GetAccessPointPolicy}
 */
export const getAccessPointPolicy = operation({
  name: 'GetAccessPointPolicy',
  route: 'GET /{bucket}?accessPointPolicy',
  input: { ...named },
  output: {
    /** The policy, in JSON. */
    body: required(text()),
  },
})

/**
 * Deletes the policy of an access point.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deleteaccesspointpolicy DeleteAccessPointPolicy}
 */
export const deleteAccessPointPolicy = operation({
  name: 'DeleteAccessPointPolicy',
  route: 'DELETE /{bucket}?accessPointPolicy',
  input: { ...named },
})
