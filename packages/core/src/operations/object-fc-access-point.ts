import { operation } from '../operation.ts'
import {
  boolean,
  element,
  header,
  list,
  number,
  oneOf,
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

const allowAnonymousAccess = oneOf('true', 'false')
/** Whether requests without a signature are let in, as text. */
export type AllowAnonymousAccess = TypeOf<typeof allowAnonymousAccess>

const objectProcessAllowedFeature = oneOf('GetObject-Range')
/** What a function can do beyond whole objects: answer for a range of one. */
export type ObjectProcessAllowedFeature = TypeOf<typeof objectProcessAllowedFeature>

const accessPointActions = struct({
  /** Names of operations; `GetObject` is the only one there is. */
  actions: list('Action', string),
})

/** Which operations a function answers. */
export interface AccessPointActions extends TypeOf<typeof accessPointActions> {}

const objectProcessFunctionCompute = struct({
  /** The function, as in `acs:fc:cn-qingdao:111933544165****:services/test-oss-fc.LATEST/functions/fc-01`. */
  functionArn: string,
  /** The RAM role that OSS calls it as, as in `acs:ram::111933544165****:role/aliyunfcdefaultrole`. */
  functionAssumeRoleArn: string,
})

/** The function that answers. */
export interface ObjectProcessFunctionCompute extends TypeOf<typeof objectProcessFunctionCompute> {}

const objectProcessCustomForwardHeaders = struct({
  /** Names of request headers. */
  customForwardHeaders: list('CustomForwardHeader', string),
})

/** Which headers of a request the function gets to see. */
export interface ObjectProcessCustomForwardHeaders extends TypeOf<typeof objectProcessCustomForwardHeaders> {}

const objectProcessAdditionalFeatures = struct({
  /** Which headers of a request the function gets to see. */
  customForwardHeaders: element<ObjectProcessCustomForwardHeaders>(
    'CustomForwardHeaders',
    objectProcessCustomForwardHeaders,
  ),
})

/** What else the function gets. */
export interface ObjectProcessAdditionalFeatures extends TypeOf<typeof objectProcessAdditionalFeatures> {}

const contentTransformation = struct({
  /** The function that answers. */
  functionCompute: element<ObjectProcessFunctionCompute>('FunctionCompute', objectProcessFunctionCompute),
  /** What else the function gets of a request. */
  additionalFeatures: element<ObjectProcessAdditionalFeatures>('AdditionalFeatures', objectProcessAdditionalFeatures),
})

/** By which function objects are processed. */
export interface ContentTransformation extends TypeOf<typeof contentTransformation> {}

const transformationConfiguration = struct({
  /** Which operations the function answers. */
  actions: element<AccessPointActions>('Actions', accessPointActions),
  /** By which function objects are processed. */
  contentTransformation: element<ContentTransformation>('ContentTransformation', contentTransformation),
})

/** Which operations are answered by which function. */
export interface TransformationConfiguration extends TypeOf<typeof transformationConfiguration> {}

const transformationConfigurations = struct({
  /** One item a function. */
  transformationConfigurations: list<TransformationConfiguration>(
    'TransformationConfiguration',
    transformationConfiguration,
  ),
})

/** Which operations are answered by which functions. */
export interface TransformationConfigurations extends TypeOf<typeof transformationConfigurations> {}

const objectProcessAllowedFeatures = struct({
  /** The features. */
  allowedFeatures: list('AllowedFeature', objectProcessAllowedFeature),
})

/** What the functions can do beyond whole objects. */
export interface ObjectProcessAllowedFeatures extends TypeOf<typeof objectProcessAllowedFeatures> {}

const objectProcessConfiguration = struct({
  /** Which operations are answered by which functions. */
  transformationConfigurations: element<TransformationConfigurations>(
    'TransformationConfigurations',
    transformationConfigurations,
  ),
  /** What the functions can do beyond whole objects. @default nothing */
  allowedFeatures: element<ObjectProcessAllowedFeatures>('AllowedFeatures', objectProcessAllowedFeatures),
})

/** How an access point processes objects. */
export interface ObjectProcessConfiguration extends TypeOf<typeof objectProcessConfiguration> {}

const createConfiguration = struct({
  /** Whether requests without a signature are let in. @default 'false' */
  allowAnonymousAccessForObjectProcess: allowAnonymousAccess,
  /** The access point of `createAccessPoint` through which objects are read. */
  accessPointName: string,
  /** How objects are processed. */
  objectProcessConfiguration: element<ObjectProcessConfiguration>(
    'ObjectProcessConfiguration',
    objectProcessConfiguration,
  ),
})

/** How an access point that processes objects is created. */
export interface CreateAccessPointForObjectProcessConfiguration extends TypeOf<typeof createConfiguration> {}

const putConfiguration = struct({
  /** Whether requests without a signature are let in. @default 'false' */
  allowAnonymousAccessForObjectProcess: allowAnonymousAccess,
  /** Whether its policy may let everybody in. */
  publicAccessBlockConfiguration: element<PublicAccessBlockConfiguration>(
    'PublicAccessBlockConfiguration',
    publicAccessBlockConfiguration,
  ),
  /** How objects are processed. */
  objectProcessConfiguration: element<ObjectProcessConfiguration>(
    'ObjectProcessConfiguration',
    objectProcessConfiguration,
  ),
})

/** How an access point that processes objects shall work. */
export interface PutAccessPointConfigForObjectProcessConfiguration extends TypeOf<typeof putConfiguration> {}

const accessPointForObjectProcess = struct({
  /** Whether it can be used. */
  status: accessPointStatus,
  /** Whether requests without a signature are let in. */
  allowAnonymousAccessForObjectProcess: allowAnonymousAccess,
  /** Its name. */
  accessPointNameForObjectProcess: string,
  /** What stands in requests where else the bucket's name stands. */
  accessPointForObjectProcessAlias: string,
  /** The access point through which objects are read. */
  accessPointName: string,
})

/** What a listing says of one access point that processes objects. */
export interface AccessPointForObjectProcess extends TypeOf<typeof accessPointForObjectProcess> {}

const accessPointsForObjectProcess = struct({
  /** The access points of this page. */
  accessPointForObjectProcesses: required(
    list<AccessPointForObjectProcess>('AccessPointForObjectProcess', accessPointForObjectProcess),
  ),
})

/** Access points that process objects. */
export interface AccessPointsForObjectProcess extends TypeOf<typeof accessPointsForObjectProcess> {}

const named = {
  /**
   * The access point's name, unique in the region: at most 63 lowercase letters, digits and hyphens, no hyphen at either end.
   */
  accessPointForObjectProcessName: required(header('x-oss-access-point-for-object-process-name')),
}

/**
 * Creates an access point that processes objects: a function of Function Compute answers in place of OSS, with
 * `writeGetObjectResponse`.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/createaccesspointforobjectprocess CreateAccessPointForObjectProcess}
 */
export const createAccessPointForObjectProcess = operation({
  name: 'CreateAccessPointForObjectProcess',
  route: 'PUT /{bucket}?accessPointForObjectProcess',
  input: {
    ...named,
    /** Through what objects are read, and which function processes them. */
    createAccessPointForObjectProcessConfiguration: required(
      xmlBody<CreateAccessPointForObjectProcessConfiguration>(
        'CreateAccessPointForObjectProcessConfiguration',
        createConfiguration,
      ),
    ),
  },
  output: xml(undefined, {
    /** The access point's resource name, as policies name it. */
    accessPointForObjectProcessArn: string,
    /** What stands in requests where else the bucket's name stands. */
    accessPointForObjectProcessAlias: string,
  }),
})

/**
 * Tells about an access point that processes objects.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getaccesspointforobjectprocess GetAccessPointForObjectProcess}
 */
export const getAccessPointForObjectProcess = operation({
  name: 'GetAccessPointForObjectProcess',
  route: 'GET /{bucket}?accessPointForObjectProcess',
  input: { ...named },
  output: xml(undefined, {
    /** Whether requests without a signature are let in. */
    allowAnonymousAccessForObjectProcess: allowAnonymousAccess,
    /** Whether its policy may let everybody in. */
    publicAccessBlockConfiguration: element<PublicAccessBlockConfiguration>(
      'PublicAccessBlockConfiguration',
      publicAccessBlockConfiguration,
    ),
    /** Its name. */
    accessPointNameForObjectProcess: string,
    /** Its resource name, as policies name it. */
    accessPointForObjectProcessArn: string,
    /** When it was created, in seconds since 1970 or ISO 8601. */
    creationDate: string,
    /** Whether it can be used. */
    accessPointForObjectProcessStatus: element('Status', accessPointStatus),
    /** Its hosts. */
    endpoints: element<AccessPointEndpoints>('Endpoints', accessPointEndpoints),
    /** What stands in requests where else the bucket's name stands. */
    accessPointForObjectProcessAlias: string,
    /** The access point through which objects are read. */
    accessPointName: string,
    /** The id of the account that it belongs to. */
    accountId: string,
  }),
})

/**
 * Lists the access points of an account that process objects.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/listaccesspointsforobjectprocess ListAccessPointsForObjectProcess}
 */
export const listAccessPointsForObjectProcess = operation({
  name: 'ListAccessPointsForObjectProcess',
  route: 'GET /?accessPointForObjectProcess',
  input: {
    /** Access points on one page at most: 1 to 1000. */
    maxKeys: query('max-keys', number),
    /** Goes on where the page with this `nextContinuationToken` ended. */
    continuationToken: query('continuation-token'),
  },
  output: xml(undefined, {
    /** The access points of this page. */
    accessPointsForObjectProcess: element<AccessPointsForObjectProcess>(
      'AccessPointsForObjectProcess',
      accessPointsForObjectProcess,
    ),
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
 * Deletes an access point that processes objects.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deleteaccesspointforobjectprocess DeleteAccessPointForObjectProcess}
 */
export const deleteAccessPointForObjectProcess = operation({
  name: 'DeleteAccessPointForObjectProcess',
  route: 'DELETE /{bucket}?accessPointForObjectProcess',
  input: { ...named },
})

/**
 * Changes how an access point processes objects.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putaccesspointconfigforobjectprocess PutAccessPointConfigForObjectProcess}
 */
export const putAccessPointConfigForObjectProcess = operation({
  name: 'PutAccessPointConfigForObjectProcess',
  route: 'PUT /{bucket}?accessPointConfigForObjectProcess',
  input: {
    ...named,
    /** How it shall work. */
    putAccessPointConfigForObjectProcessConfiguration: required(
      xmlBody<PutAccessPointConfigForObjectProcessConfiguration>(
        'PutAccessPointConfigForObjectProcessConfiguration',
        putConfiguration,
      ),
    ),
  },
})

/**
 * Tells how an access point processes objects.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getaccesspointconfigforobjectprocess GetAccessPointConfigForObjectProcess}
 */
export const getAccessPointConfigForObjectProcess = operation({
  name: 'GetAccessPointConfigForObjectProcess',
  route: 'GET /{bucket}?accessPointConfigForObjectProcess',
  input: { ...named },
  output: xml(undefined, {
    /** How objects are processed. */
    objectProcessConfiguration: element<ObjectProcessConfiguration>(
      'ObjectProcessConfiguration',
      objectProcessConfiguration,
    ),
    /** Whether requests without a signature are let in. */
    allowAnonymousAccessForObjectProcess: allowAnonymousAccess,
    /** Whether its policy may let everybody in. */
    publicAccessBlockConfiguration: element<PublicAccessBlockConfiguration>(
      'PublicAccessBlockConfiguration',
      publicAccessBlockConfiguration,
    ),
  }),
})

/**
 * Sets the policy of an access point that processes objects, replacing any it had.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putaccesspointpolicyforobjectprocess PutAccessPointPolicyForObjectProcess}
 */
export const putAccessPointPolicyForObjectProcess = operation({
  name: 'PutAccessPointPolicyForObjectProcess',
  route: 'PUT /{bucket}?accessPointPolicyForObjectProcess',
  input: {
    ...named,
    /** The policy, in JSON. */
    body: required(payload),
  },
})

/**
 * Tells the policy of an access point that processes objects.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getaccesspointpolicyforobjectprocess GetAccessPointPolicyForObjectProcess}
 */
export const getAccessPointPolicyForObjectProcess = operation({
  name: 'GetAccessPointPolicyForObjectProcess',
  route: 'GET /{bucket}?accessPointPolicyForObjectProcess',
  input: { ...named },
  output: {
    /** The policy, in JSON. */
    body: required(text()),
  },
})

/**
 * Deletes the policy of an access point that processes objects.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deleteaccesspointpolicyforobjectprocess DeleteAccessPointPolicyForObjectProcess}
 */
export const deleteAccessPointPolicyForObjectProcess = operation({
  name: 'DeleteAccessPointPolicyForObjectProcess',
  route: 'DELETE /{bucket}?accessPointPolicyForObjectProcess',
  input: { ...named },
})

/**
 * Answers a request to an access point that processes objects, from within the function that OSS called. The client's
 * `endpoint` must be the `requestRoute`.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/writegetobjectresponse WriteGetObjectResponse}
 */
export const writeGetObjectResponse = operation({
  name: 'WriteGetObjectResponse',
  route: 'POST /?x-oss-write-get-object-response',
  input: {
    /** Where the answer goes: `getObjectContext.outputRoute` of the event that the function got. */
    requestRoute: required(header('x-oss-request-route')),
    /** Which request is answered: `getObjectContext.outputToken` of the event that the function got. */
    requestToken: required(header('x-oss-request-token')),
    /** The status of the answer, as in `200`. */
    fwdStatus: required(header('x-oss-fwd-status')),
    /** The answer's Accept-Ranges, as in `bytes`. */
    fwdHeaderAcceptRanges: header('x-oss-fwd-header-Accept-Ranges'),
    /** The answer's Cache-Control, as in `max-age=3600`. */
    fwdHeaderCacheControl: header('x-oss-fwd-header-Cache-Control'),
    /** The answer's Content-Disposition, as in `attachment; filename="cat.jpg"`. */
    fwdHeaderContentDisposition: header('x-oss-fwd-header-Content-Disposition'),
    /** The answer's Content-Encoding, as in `gzip`. */
    fwdHeaderContentEncoding: header('x-oss-fwd-header-Content-Encoding'),
    /** The answer's Content-Language, as in `en`. */
    fwdHeaderContentLanguage: header('x-oss-fwd-header-Content-Language'),
    /** The answer's Content-Range, as in `bytes 0-9/100`. */
    fwdHeaderContentRange: header('x-oss-fwd-header-Content-Range'),
    /** The answer's Content-Type. */
    fwdHeaderContentType: header('x-oss-fwd-header-Content-Type'),
    /** The answer's ETag. */
    fwdHeaderEtag: header('x-oss-fwd-header-ETag'),
    /** The answer's Expires, as in `Fri, 10 Nov 2023 03:17:58 GMT`. */
    fwdHeaderExpires: header('x-oss-fwd-header-Expires'),
    /** The answer's Last-Modified, as in `Tue, 10 Oct 2023 03:17:58 GMT`. */
    fwdHeaderLastModified: header('x-oss-fwd-header-Last-Modified'),
    /** The body of the answer. @default nothing */
    body: payload,
  },
})
