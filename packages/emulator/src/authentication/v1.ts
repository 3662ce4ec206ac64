import { createHmac, timingSafeEqual } from 'node:crypto'
import { compareBytes } from '../byte-string.ts'
import { invalidArgument } from '../errors.ts'
import type { AuthenticationInput } from './authenticate.ts'
import { findKey } from './keys.ts'
import { signatureMismatch, stringToSignDetails } from './mismatch.ts'
import type { Principal } from './principal.ts'
import { checkUrlExpiry } from './url-expiry.ts'
import { resourceOf } from './v4.ts'
import { checkSkew, noValidDate } from './v4-checks.ts'

/** Parameters that are part of the resource; so is every one whose name starts with `x-oss-`. */
const subResources = new Set([
  'accessPoint',
  'accessPointConfigForObjectProcess',
  'accessPointForObjectProcess',
  'accessPointPolicy',
  'accessPointPolicyForObjectProcess',
  'acl',
  'append',
  'asyncFetch',
  'bucketArchiveDirectRead',
  'bucketInfo',
  'callback',
  'callback-var',
  'cleanRestoredObject',
  'cloudboxes',
  'cname',
  'comp',
  'continuation-token',
  'cors',
  'dataPipeline',
  'delete',
  'encryption',
  'endTime',
  'group',
  'httpsConfig',
  'inventory',
  'inventoryId',
  'legalHold',
  'lifecycle',
  'link',
  'live',
  'location',
  'logging',
  'metaQuery',
  'objectInfo',
  'objectMeta',
  'objectWorm',
  'overwriteConfig',
  'partNumber',
  'policy',
  'policyStatus',
  'position',
  'publicAccessBlock',
  'qos',
  'qosInfo',
  'qosRequester',
  'redundancyTransition',
  'referer',
  'regionList',
  'replication',
  'replicationLocation',
  'replicationProgress',
  'requestPayment',
  'requesterQosInfo',
  'resourceGroup',
  'resourcePool',
  'resourcePoolBuckets',
  'resourcePoolInfo',
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
  'response-content-language',
  'response-content-type',
  'response-expires',
  'restore',
  'retention',
  'rtc',
  'seal',
  'security-token',
  'sequential',
  'startTime',
  'stat',
  'status',
  'style',
  'styleName',
  'symlink',
  'tagging',
  'transferAcceleration',
  'uploadId',
  'uploads',
  'userDefinedLogFieldsConfig',
  'versionId',
  'versioning',
  'versions',
  'vod',
  'website',
  'worm',
  'wormExtend',
  'wormId',
  'x-oss-ac-forward-allow',
  'x-oss-ac-source-ip',
  'x-oss-ac-subnet-mask',
  'x-oss-ac-vpc-id',
  'x-oss-access-point-name',
  'x-oss-async-process',
  'x-oss-process',
  'x-oss-redundancy-transition-taskid',
  'x-oss-request-payer',
  'x-oss-target-redundancy-type',
  'x-oss-traffic-limit',
  'x-oss-write-get-object-response',
])

type Pairs = readonly (readonly [name: string, value: string])[]

function canonicalResource(bucket: string | undefined, key: string, query: Pairs): string {
  const signed = query
    .filter(([name]) => subResources.has(name) || name.startsWith('x-oss-'))
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
  return resourceOf(bucket, key) + (signed.length > 0 ? `?${signed.join('&')}` : '')
}

/** What a V1 signature covers. */
export interface V1Request {
  readonly method: string
  readonly headers: ReadonlyMap<string, string>
  readonly bucket: string | undefined
  readonly key: string
  readonly query: Pairs
  /** The date, or the second at which a URL expires. */
  readonly date: string
}

/** The text that is signed. */
export function v1StringToSign({ method, headers, bucket, key, query, date }: V1Request): string {
  const lines = [...headers]
    .filter(([name]) => name.startsWith('x-oss-'))
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([name, value]) => `${name}:${value.trim()}\n`)
  const head = [method, headers.get('content-md5') ?? '', headers.get('content-type') ?? '', date]
  return `${head.join('\n')}\n${lines.join('')}${canonicalResource(bucket, key, query)}`
}

function checkV1Signature(request: V1Request, accessKeyId: string, signature: string, secret: string): void {
  const sign = (text: string): Buffer => createHmac('sha1', secret).update(text, 'utf8').digest()
  const text = v1StringToSign(request)
  const expected = sign(text)
  const given = Buffer.from(signature, 'base64')
  if (given.length === expected.length && timingSafeEqual(given, expected)) return
  throw signatureMismatch({
    request,
    accessKeyId,
    signature,
    details: stringToSignDetails(text),
    write: v1StringToSign,
    isSigned: (other) => sign(other).equals(given),
  })
}

/** Verifies a V1 signature in the Authorization header. */
export function authenticateV1Header(input: AuthenticationInput, authorization: string): Principal {
  const { request, address, query, settings, store, now } = input
  const { method, headers } = request
  const [, accessKeyId, signature] = /^OSS ([^:]+):(.+)$/.exec(authorization.trim()) ?? []
  if (accessKeyId === undefined || signature === undefined) {
    throw invalidArgument('Authorization', authorization, 'Authorization header is invalid.')
  }
  const date = headers.get('x-oss-date') ?? headers.get('date') ?? ''
  const time = new Date(date)
  if (Number.isNaN(time.getTime())) throw noValidDate()
  checkSkew(time, now)
  const key = findKey(settings, store, accessKeyId, headers.get('x-oss-security-token'), now)
  const signed = { method, headers, bucket: address.bucket, key: address.key, query, date }
  checkV1Signature(signed, accessKeyId, signature, key.secret)
  return key.principal
}

/** Verifies a V1 signature in the query of a presigned URL. */
export function authenticateV1Query(input: AuthenticationInput, query: ReadonlyMap<string, string>): Principal {
  const { request, address, settings, store, now } = input
  const { method, headers } = request
  const accessKeyId = query.get('OSSAccessKeyId') ?? ''
  const expires = query.get('Expires') ?? ''
  checkUrlExpiry(expires, now)
  const key = findKey(settings, store, accessKeyId, query.get('security-token'), now)
  const { bucket, key: objectKey } = address
  const signed = { method, headers, bucket, key: objectKey, query: input.query, date: expires }
  checkV1Signature(signed, accessKeyId, query.get('Signature') ?? '', key.secret)
  return key.principal
}
