import { operation } from '../operation.ts'
import { boolean, element, list, number, oneOf, required, string, struct, type TypeOf, xmlBody } from '../words.ts'

const indexDocument = struct({
  /** The name of the page, as in `index.html`. */
  suffix: required(string),
  /** Whether `/dir/` shows the page in that folder instead of the bucket's own. @default false */
  supportSubDir: boolean,
  /**
   * What `/dir` shows where no such object is, with `supportSubDir` only: 0 redirects to `/dir/` if the page is there,
   * 1 answers 404, 2 shows the page in that folder. @default 0
   */
  type: number,
})

/** The page that is shown for a folder. */
export interface IndexDocument extends TypeOf<typeof indexDocument> {}

const errorDocument = struct({
  /** The key of the page, as in `error.html`. */
  key: required(string),
  /** The HTTP status that the page comes with: 200 or 404. @default 404 */
  httpStatus: number,
})

/** The page that is shown where there is none. */
export interface ErrorDocument extends TypeOf<typeof errorDocument> {}

const includeHeader = struct({
  /** The header's name. */
  key: required(string),
  /** The whole value. */
  equals: string,
  /** What the value begins with. */
  startsWith: string,
  /** What the value ends with. */
  endsWith: string,
})

/** A header that a request has to have. */
export interface RoutingRuleIncludeHeader extends TypeOf<typeof includeHeader> {}

const condition = struct({
  /** Only keys that begin with this. */
  keyPrefixEquals: string,
  /** Only keys that end with this. */
  keySuffixEquals: string,
  /** Only requests that would be answered with this HTTP status; 404 where the rule mirrors. */
  httpErrorCodeReturnedEquals: number,
  /** Only requests with all of these headers, at most 10. */
  includeHeaders: list<RoutingRuleIncludeHeader>('IncludeHeader', includeHeader),
})

/** Which requests a rule is about: those that match all of it. */
export interface RoutingRuleCondition extends TypeOf<typeof condition> {}

const headersSet = struct({
  /** The header's name: letters, digits and `-`, at most 1024 bytes. */
  key: required(string),
  /** The header's value: at most 1024 bytes, without line breaks. */
  value: required(string),
})

/** A header with its value. */
export interface MirrorHeadersSet extends TypeOf<typeof headersSet> {}

const mirrorHeaders = struct({
  /** Whether all are passed on but Content-Length, Authorization, Range, Date and those of OSS. @default false */
  passAll: boolean,
  /** Names of headers that are passed on, at most 10. */
  passes: list('Pass', string),
  /** Names of headers that are not passed on, at most 10; beside `passAll`. */
  removes: list('Remove', string),
  /** Headers that are sent whatever the request has, at most 10. */
  sets: list<MirrorHeadersSet>('Set', headersSet),
})

/** Which headers of a request go to the origin with it. */
export interface MirrorHeaders extends TypeOf<typeof mirrorHeaders> {}

const mirrorTagging = struct({
  /** The tag's key. */
  key: required(string),
  /** How the tag's value is made. */
  value: required(string),
})

/** A tag that stored objects get. */
export interface MirrorTagging extends TypeOf<typeof mirrorTagging> {}

const mirrorTaggings = struct({
  /** The tags. */
  taggings: required(list<MirrorTagging>('Taggings', mirrorTagging)),
})

/** The tags that stored objects get. */
export interface MirrorTaggings extends TypeOf<typeof mirrorTaggings> {}

const returnHeader = struct({
  /** The header's name. */
  key: required(string),
  /** How the header's value is made. */
  value: required(string),
})

/** A header that answers get. */
export interface ReturnHeader extends TypeOf<typeof returnHeader> {}

const mirrorReturnHeaders = struct({
  /** The headers. */
  returnHeaders: required(list<ReturnHeader>('ReturnHeader', returnHeader)),
})

/** The headers that answers get. */
export interface MirrorReturnHeaders extends TypeOf<typeof mirrorReturnHeaders> {}

const mirrorAuth = struct({
  /** How requests are signed, as in `S3V4`. */
  authType: string,
  /** The region that they are signed for. */
  region: string,
  /** The id of the access key that they are signed with. */
  accessKeyId: string,
  /** The secret of that key. OSS gives it back masked. */
  accessKeySecret: string,
})

/** How OSS signs its requests to the origin. */
export interface MirrorAuth extends TypeOf<typeof mirrorAuth> {}

const mirrorMultiAlternate = struct({
  /** The origin's number, each once. */
  mirrorMultiAlternateNumber: number,
  /** The origin's URL, as `mirrorUrl`. */
  mirrorMultiAlternateUrl: element('MirrorMultiAlternateURL'),
  /** The id of the VPC that the origin is in. */
  mirrorMultiAlternateVpcId: string,
  /** The region of that VPC. */
  mirrorMultiAlternateDstRegion: string,
})

/** One of several origins. */
export interface MirrorMultiAlternate extends TypeOf<typeof mirrorMultiAlternate> {}

const mirrorMultiAlternates = struct({
  /** The origins. */
  mirrorMultiAlternates: required(list<MirrorMultiAlternate>('MirrorMultiAlternate', mirrorMultiAlternate)),
})

/** Several origins to mirror from. */
export interface MirrorMultiAlternates extends TypeOf<typeof mirrorMultiAlternates> {}

const redirectType = oneOf('Mirror', 'External', 'AliCDN')
/**
 * `Mirror` fetches the object from an origin, stores it and answers with it; `External` sends the browser elsewhere
 * with a 3xx; `AliCDN` has Alibaba Cloud's CDN fetch from there instead.
 */
export type RedirectType = TypeOf<typeof redirectType>

const redirect = struct({
  /** What is done: the object is fetched from an origin, or the visitor sent elsewhere. */
  redirectType,
  /** Whether the request's query string goes along. @default false */
  passQueryString: boolean,
  /** Whether `replaceKeyPrefixWith` replaces the prefix in `condition`. Not beside `replaceKeyWith`. @default false */
  enableReplacePrefix: boolean,
  /** What replaces the prefix in `condition`, or goes before the key if it has none. Not beside `replaceKeyWith`. */
  replaceKeyPrefixWith: string,
  /** What replaces the key; `${key}` in it stands for the key itself. */
  replaceKeyWith: string,
  /** The scheme of the new address, with `External` and `AliCDN`. */
  protocol: oneOf('http', 'https'),
  /** The host of the new address, with `External` and `AliCDN`. */
  hostName: string,
  /** The HTTP status of the answer, with `External` and `AliCDN`: 301, 302 or 307. */
  httpRedirectCode: number,
  /** Where to mirror from, as in `https://example.com/photos/`, with the key behind it. Required with `Mirror`. */
  mirrorUrl: element('MirrorURL'),
  /** As `passQueryString`, which it outdoes. @default false */
  mirrorPassQueryString: boolean,
  /** Whether OSS follows a redirect of the origin, up to 10 times, instead of passing it on. @default true */
  mirrorFollowRedirect: boolean,
  /** Whether nothing is stored whose MD5 is not the Content-MD5 that the origin sent. @default false */
  mirrorCheckMd5: boolean,
  /** Which headers go to the origin. */
  mirrorHeaders: element<MirrorHeaders>('MirrorHeaders', mirrorHeaders),
  /** Whether the TLS handshake with the origin names the host. */
  mirrorSni: element('MirrorSNI', boolean),
  /** Whether several `/` in a row reach the origin as they are. */
  mirrorPassOriginalSlashes: boolean,
  /** Which of the origin's HTTP statuses are passed on with their body, separated by commas, as in `400,404`. */
  transparentMirrorResponseCodes: string,
  /** Which HTTP status of the origin makes OSS fetch the object later, by itself. */
  mirrorAsyncStatus: number,
  /** Whether nothing is stored, only passed on. */
  mirrorProxyPass: boolean,
  /** Whether user metadata that the origin, another OSS, sends is stored too. */
  mirrorSaveOssMeta: boolean,
  /** Whether stored objects keep the origin's Last-Modified. */
  mirrorUserLastModified: boolean,
  /** The tags that stored objects get. */
  mirrorTaggings: element<MirrorTaggings>('MirrorTaggings', mirrorTaggings),
  /** The headers that answers get. */
  mirrorReturnHeaders: element<MirrorReturnHeaders>('MirrorReturnHeaders', mirrorReturnHeaders),
  /** Whether HEAD requests are mirrored too. */
  mirrorAllowHeadObject: boolean,
  /** Whether requests for information about an image are mirrored too. */
  mirrorAllowGetImageInfo: boolean,
  /** Whether requests for a frame of a video are mirrored too. */
  mirrorAllowVideoSnapshot: boolean,
  /** How OSS signs its requests to the origin. @default not at all */
  mirrorAuth: element<MirrorAuth>('MirrorAuth', mirrorAuth),
  /** Whether OSS reads the origin, another bucket, as a RAM role. */
  mirrorUsingRole: boolean,
  /** The name of that role. */
  mirrorRole: string,
  /** A second origin, for when the first fails. */
  mirrorUrlSlave: element('MirrorURLSlave'),
  /** What OSS asks for to learn whether the first origin works. */
  mirrorUrlProbe: element('MirrorURLProbe'),
  /** Whether every status but 200, 206, 301, 302, 303, 307 and 404 is a failure, instead of 5xx and time-outs. */
  mirrorSwitchAllErrors: boolean,
  /** Several origins. */
  mirrorMultiAlternates: element<MirrorMultiAlternates>('MirrorMultiAlternates', mirrorMultiAlternates),
  /** Whether the origin is reached through Express Connect. */
  mirrorIsExpressTunnel: boolean,
  /** The region of the VPC that the origin is in. */
  mirrorDstRegion: string,
  /** The id of the VPC that the origin is in. */
  mirrorDstVpcId: string,
  /** The id of the VPC that the second origin is in. */
  mirrorDstSlaveVpcId: string,
  /** The id of the tunnel to the origin. */
  mirrorTunnelId: string,
})

/** What is done with a request that a rule is about. Fields whose names begin with `mirror` are for `Mirror` alone. */
export interface RoutingRuleRedirect extends TypeOf<typeof redirect> {}

const luaConfig = struct({
  /** The script's name. */
  script: string,
})

/** A Lua script that decides. */
export interface RoutingRuleLuaConfig extends TypeOf<typeof luaConfig> {}

const routingRule = struct({
  /** The rule's place in the order, each once: the first that matches decides. */
  ruleNumber: number,
  /** Which requests the rule is about. */
  condition: element<RoutingRuleCondition>('Condition', condition),
  /** What is done with them. */
  redirect: element<RoutingRuleRedirect>('Redirect', redirect),
  /** A Lua script that decides. */
  luaConfig: element<RoutingRuleLuaConfig>('LuaConfig', luaConfig),
})

/** What happens to some of the requests to a bucket. OSS demands a number, a condition and a redirect. */
export interface RoutingRule extends TypeOf<typeof routingRule> {}

const routingRules = struct({
  /** The rules: at most 20. */
  routingRules: required(list<RoutingRule>('RoutingRule', routingRule)),
})

/** What happens to requests that would find nothing. */
export interface RoutingRules extends TypeOf<typeof routingRules> {}

const websiteConfiguration = struct({
  /** The page that is shown for a folder. */
  indexDocument: element<IndexDocument>('IndexDocument', indexDocument),
  /** The page that is shown where there is none. */
  errorDocument: element<ErrorDocument>('ErrorDocument', errorDocument),
  /** Redirects, and origins to mirror from. */
  routingRules: element<RoutingRules>('RoutingRules', routingRules),
})

/** How a bucket serves as a website: at least one of the three. */
export interface WebsiteConfiguration extends TypeOf<typeof websiteConfiguration> {}

/**
 * Makes a bucket a website, or sets from where it mirrors, replacing what was set. Pages are shown to requests without
 * a signature, through a domain that is bound to the bucket.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketwebsite PutBucketWebsite}
 *
 * @example
 * await putBucketWebsite(client, {
 *   bucket: 'photos',
 *   websiteConfiguration: { indexDocument: { suffix: 'index.html' }, errorDocument: { key: 'error.html' } },
 * })
 */
export const putBucketWebsite = operation({
  name: 'PutBucketWebsite',
  route: 'PUT /{bucket}?website',
  input: {
    /** How the bucket shall serve. */
    websiteConfiguration: required(xmlBody<WebsiteConfiguration>('WebsiteConfiguration', websiteConfiguration)),
  },
})

/**
 * Tells how a bucket serves as a website, and from where it mirrors.
 *
 * Throws a ServiceError with the code `NoSuchWebsiteConfiguration` if that was not set.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketwebsite GetBucketWebsite}
 */
export const getBucketWebsite = operation({
  name: 'GetBucketWebsite',
  route: 'GET /{bucket}?website',
  output: {
    /** How the bucket serves. */
    websiteConfiguration: required(xmlBody<WebsiteConfiguration>('WebsiteConfiguration', websiteConfiguration)),
  },
})

/**
 * Makes a bucket no website, and lets it mirror nothing. Deleting no configuration succeeds.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deletebucketwebsite DeleteBucketWebsite}
 */
export const deleteBucketWebsite = operation({
  name: 'DeleteBucketWebsite',
  route: 'DELETE /{bucket}?website',
})
