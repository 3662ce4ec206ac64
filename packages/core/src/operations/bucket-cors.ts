import { operation } from '../operation.ts'
import { boolean, header, list, number, oneOf, required, string, struct, type TypeOf, xmlBody } from '../words.ts'

const corsRule = struct({
  /** Origins to allow, as in `https://example.com`, each with at most one `*`. */
  allowedOrigins: required(list('AllowedOrigin', string)),
  /** Methods to allow. */
  allowedMethods: required(list('AllowedMethod', oneOf<'GET' | 'PUT' | 'DELETE' | 'POST' | 'HEAD'>())),
  /** Request headers to allow, each with at most one `*`. OSS gives them back in lower case. */
  allowedHeaders: list('AllowedHeader', string),
  /** Response headers that scripts may read, as in `ETag` and `x-oss-request-id`; no `*`. */
  exposeHeaders: list('ExposeHeader', string),
  /** Seconds that a browser may cache the answer to a preflight request. */
  maxAgeSeconds: number,
})

/** Which requests from other origins a bucket answers. */
export interface CorsRule extends TypeOf<typeof corsRule> {}

const corsConfiguration = struct({
  /** At most 20. The first that matches decides. */
  corsRules: list<CorsRule>('CORSRule', corsRule),
  /** Whether every answer carries `Vary: Origin`. @default false */
  responseVary: boolean,
})

/** The CORS rules of a bucket. */
export interface CorsConfiguration extends TypeOf<typeof corsConfiguration> {}

/**
 * Sets the CORS rules of a bucket, replacing any it had.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketcors PutBucketCors}
 */
export const putBucketCors = operation({
  name: 'PutBucketCors',
  route: 'PUT /{bucket}?cors',
  input: {
    /** The rules that the bucket shall have. */
    corsConfiguration: required(xmlBody<CorsConfiguration>('CORSConfiguration', corsConfiguration)),
  },
})

/**
 * Tells the CORS rules of a bucket.
 *
 * Throws a ServiceError with the code `NoSuchCORSConfiguration` if it has none.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketcors GetBucketCors}
 */
export const getBucketCors = operation({
  name: 'GetBucketCors',
  route: 'GET /{bucket}?cors',
  output: {
    /** The rules that the bucket has. */
    corsConfiguration: required(xmlBody<CorsConfiguration>('CORSConfiguration', corsConfiguration)),
  },
})

/**
 * Deletes the CORS rules of a bucket. Deleting none succeeds.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deletebucketcors DeleteBucketCors}
 */
export const deleteBucketCors = operation({
  name: 'DeleteBucketCors',
  route: 'DELETE /{bucket}?cors',
})

/**
 * Asks as a browser does before a request from another origin. Pages cannot send it themselves.
 *
 * Throws a ServiceError with the code `AccessForbidden` if no rule matches.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/optionobject OptionObject}
 */
export const optionObject = operation({
  name: 'OptionObject',
  route: 'OPTIONS /{bucket}/{key}',
  contentType: 'application/xml',
  input: {
    /** The origin of the page, as in `https://example.com`. */
    origin: required(header('Origin')),
    /** The method of the request to come. */
    accessControlRequestMethod: required(header('Access-Control-Request-Method')),
    /** The headers of the request to come, separated by commas. */
    accessControlRequestHeaders: header('Access-Control-Request-Headers'),
  },
  output: {
    /** The origin that is allowed, or `*`. */
    accessControlAllowOrigin: header('Access-Control-Allow-Origin'),
    /** The methods that are allowed, separated by commas. */
    accessControlAllowMethods: header('Access-Control-Allow-Methods'),
    /** The headers that are allowed, separated by commas. */
    accessControlAllowHeaders: header('Access-Control-Allow-Headers'),
    /** The response headers that scripts may read, separated by commas. */
    accessControlExposeHeaders: header('Access-Control-Expose-Headers'),
    /** Seconds that the answer may be cached. */
    accessControlMaxAge: header('Access-Control-Max-Age', number),
  },
})
