/**
 * Signature version 1, HMAC-SHA1. This file imports nothing that runs, so that bundlers keep it apart whole: clients that sign
 * with V4 never load it.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/include-signatures-in-the-authorization-header V1 signatures}
 */

import type { Hasher } from './hasher.ts'
import type { SignableRequest, Signer, UrlContext } from './signer.ts'

/** Parameters that are part of the resource. So is every one whose name begins with `x-oss-`. */
// biome-ignore format: a line for each name would hide the rest
const subResources = [
  'accessPoint', 'accessPointConfigForObjectProcess', 'accessPointForObjectProcess', 'accessPointPolicy',
  'accessPointPolicyForObjectProcess', 'acl', 'append', 'asyncFetch', 'bucketArchiveDirectRead', 'bucketInfo',
  'callback', 'callback-var', 'cleanRestoredObject', 'cloudboxes', 'cname', 'comp', 'continuation-token', 'cors',
  'dataPipeline', 'delete', 'encryption', 'endTime', 'group', 'httpsConfig', 'inventory', 'inventoryId', 'legalHold',
  'lifecycle', 'link', 'live', 'location', 'logging', 'metaQuery', 'objectInfo', 'objectMeta', 'objectWorm',
  'overwriteConfig', 'partNumber', 'policy', 'policyStatus', 'position', 'publicAccessBlock', 'qos', 'qosInfo',
  'qosRequester', 'redundancyTransition', 'referer', 'regionList', 'replication', 'replicationLocation',
  'replicationProgress', 'requestPayment', 'requesterQosInfo', 'resourceGroup', 'resourcePool', 'resourcePoolBuckets',
  'resourcePoolInfo', 'response-cache-control', 'response-content-disposition', 'response-content-encoding',
  'response-content-language', 'response-content-type', 'response-expires', 'restore', 'retention', 'rtc', 'seal',
  'security-token', 'sequential', 'startTime', 'stat', 'status', 'style', 'styleName', 'symlink', 'tagging',
  'transferAcceleration', 'uploadId', 'uploads', 'userDefinedLogFieldsConfig', 'versionId', 'versioning', 'versions',
  'vod', 'website', 'worm', 'wormExtend', 'wormId',
]

const isSigned = (name: string) => name.startsWith('x-oss-') || subResources.includes(name)

const utf8 = (text: string) => new TextEncoder().encode(text)

const oneCharacterAByte = (bytes: Uint8Array) => String.fromCharCode(...bytes)

const sorted = (texts: Readonly<Record<string, string>>) => Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1))

// HTTP drops exactly this white space on the way.
const trim = (value: string) => value.replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, '')

const mapValues = (headers: Readonly<Record<string, string>>, change: (value: string) => string) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, change(value)]))

const resourceOf = ({ bucket = '', key = '', query }: SignableRequest): string => {
  const signed = sorted(query).filter(([name]) => isSigned(name))
  const parameters = signed.map(([name, value]) => (value ? `${name}=${value}` : name)).join('&')
  return `/${bucket && `${bucket}/`}${key}${parameters && `?${parameters}`}`
}

/**
 * Writes the text whose HMAC is the signature of a request. Header values are text, without white space around them.
 *
 * @param date the request's `x-oss-date` or `Date`, or the second since 1970 in which a URL expires
 */
export const v1StringToSign = (request: SignableRequest, date: string): string => {
  const { method, headers } = request
  const lines = sorted(headers).filter(([name]) => name.startsWith('x-oss-'))
  const head = [method, headers['content-md5'] ?? '', headers['content-type'] ?? '', date]
  return `${head.join('\n')}\n${lines.map(([name, value]) => `${name}:${value}\n`).join('')}${resourceOf(request)}`
}

/** Makes a V1 signer. It dates requests with `x-oss-date`, because pages may not set `Date`. */
export const createV1Signer = (hasher: Hasher): Signer => {
  const signText: Signer['signText'] = async (text, accessKeySecret) => {
    const authenticate = await hasher.hmac('SHA-1', utf8(accessKeySecret))
    return btoa(oneCharacterAByte(await authenticate(utf8(text))))
  }

  const signRequest: Signer['signRequest'] = async (request, context) => {
    const { credentials, now } = context
    const toBytes = (value: string) => oneCharacterAByte(utf8(value))
    if (!credentials) return mapValues(request.headers, toBytes)

    const { accessKeyId, accessKeySecret, securityToken } = credentials
    const date = now.toUTCString()
    const headers = mapValues(
      { ...request.headers, 'x-oss-date': date, ...(securityToken && { 'x-oss-security-token': securityToken }) },
      trim,
    )
    const signature = await signText(v1StringToSign({ ...request, headers }, date), accessKeySecret, context)
    return { ...mapValues(headers, toBytes), authorization: `OSS ${accessKeyId}:${signature}` }
  }

  return { signRequest, signText }
}

/** Returns the complete parameters of a presigned URL: the request's own and those that sign it. */
export const signV1Query = async (
  request: SignableRequest,
  { credentials, now, expiresInSeconds, ...context }: UrlContext,
  { signText }: Signer,
): Promise<Record<string, string>> => {
  const { accessKeyId, accessKeySecret, securityToken } = credentials
  const query = { ...request.query, ...(securityToken && { 'security-token': securityToken }) }
  const expires = String(Math.floor(now.getTime() / 1000) + expiresInSeconds)
  const text = v1StringToSign({ ...request, query }, expires)
  const signature = await signText(text, accessKeySecret, { ...context, now })
  return { ...query, OSSAccessKeyId: accessKeyId, Expires: expires, Signature: signature }
}
