import type { Call } from '../call.ts'
import { invalidArgument, malformedXml, ServiceFault } from '../errors.ts'
import { requireBucket } from '../lookup.ts'
import { empty, type OssResponse, readBody, xmlAnswer } from '../message.ts'
import { bucketWormOf } from '../retention.ts'
import type { BucketWorm } from '../storage/records.ts'
import { branch, leaf, readXml, textOf, xmlDocument } from '../xml.ts'
import { changeBucket } from './bucket.ts'

const maximumDays = 25_550
const dayMs = 86_400_000

const noSuchWorm = (bucket: string): ServiceFault =>
  new ServiceFault(404, 'NoSuchWORMConfiguration', 'The WORM Configuration does not exist.', {
    details: { BucketName: bucket },
  })

const conflict = (code: string, message: string): ServiceFault => new ServiceFault(409, code, message)

async function readDays(call: Call, root: string): Promise<number> {
  const document = readXml(await readBody(call.request), root)
  const text = document && textOf(document, 'RetentionPeriodInDays')?.trim()
  if (!text || !/^\d+$/.test(text)) throw malformedXml()
  if (Number(text) >= 1 && Number(text) <= maximumDays) return Number(text)
  throw invalidArgument('RetentionPeriodInDays', text, `The retention period must be 1 to ${maximumDays} days.`)
}

/** The retention that a request names, or throws 404. */
function wormOf(call: Call, worm: BucketWorm | undefined): BucketWorm {
  if (worm === undefined || worm.id !== call.query.get('wormId')) throw noSuchWorm(call.bucket)
  return worm
}

/** InitiateBucketWorm: begins to keep objects from change; to be locked within a day. */
export async function initiateBucketWorm(call: Call): Promise<OssResponse> {
  const days = await readDays(call, 'InitiateWormConfiguration')
  const id = call.random.bytes(16).toString('hex').toUpperCase()
  await changeBucket(call, (bucket) => {
    if (bucketWormOf(bucket, call.now) !== undefined) {
      throw conflict('WORMConfigurationAlreadyExists', 'The WORM Configuration exists.')
    }
    return { ...bucket, worm: { id, state: 'InProgress', days, createdAt: call.now.toISOString() } }
  })
  return empty(200, { 'x-oss-worm-id': id })
}

/** AbortBucketWorm: ends a retention that is not locked. */
export async function abortBucketWorm(call: Call): Promise<OssResponse> {
  await changeBucket(call, ({ worm, ...bucket }) => {
    if (worm?.state === 'Locked') throw conflict('WORMConfigurationLocked', 'The WORM Configuration is locked.')
    return bucket
  })
  return empty(204)
}

/** CompleteBucketWorm: locks a retention, which nobody can end from then on. */
export async function completeBucketWorm(call: Call): Promise<OssResponse> {
  await changeBucket(call, (bucket) => ({
    ...bucket,
    worm: { ...wormOf(call, bucketWormOf(bucket, call.now)), state: 'Locked' },
  }))
  return empty()
}

/** ExtendBucketWorm: makes a locked retention longer. */
export async function extendBucketWorm(call: Call): Promise<OssResponse> {
  const days = await readDays(call, 'ExtendWormConfiguration')
  await changeBucket(call, (bucket) => {
    const worm = wormOf(call, bucketWormOf(bucket, call.now))
    if (worm.state !== 'Locked') throw conflict('WORMConfigurationNotLocked', 'The WORM Configuration is not locked.')
    if (days < worm.days) {
      throw invalidArgument('RetentionPeriodInDays', String(days), 'The retention period can only be extended.')
    }
    return { ...bucket, worm: { ...worm, days } }
  })
  return empty()
}

/** GetBucketWorm: how long and how firmly a bucket keeps its objects. */
export function getBucketWorm(call: Call): OssResponse {
  const worm = bucketWormOf(requireBucket(call.store, call.bucket), call.now)
  if (worm === undefined) throw noSuchWorm(call.bucket)
  const expiresAt = new Date(Date.parse(worm.createdAt) + dayMs)
  return xmlAnswer(
    xmlDocument(
      branch(
        'WormConfiguration',
        leaf('WormId', worm.id),
        leaf('State', worm.state),
        leaf('RetentionPeriodInDays', worm.days),
        leaf('CreationDate', worm.createdAt),
        worm.state === 'InProgress' ? leaf('ExpirationDate', expiresAt.toISOString()) : undefined,
      ),
    ),
  )
}
