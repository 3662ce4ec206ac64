import { ServiceFault } from './errors.ts'
import type { ObjectRecord } from './storage/records.ts'

/** What a request demands of an object. */
export interface Conditions {
  readonly ifMatch: string | undefined
  readonly ifNoneMatch: string | undefined
  readonly ifModifiedSince: string | undefined
  readonly ifUnmodifiedSince: string | undefined
}

const names = {
  ifMatch: 'If-Match',
  ifNoneMatch: 'If-None-Match',
  ifModifiedSince: 'If-Modified-Since',
  ifUnmodifiedSince: 'If-Unmodified-Since',
} as const

/** Reads the conditions of a request, whose header names start with `prefix`. */
export const readConditions = (headers: ReadonlyMap<string, string>, prefix: string): Conditions => ({
  ifMatch: headers.get(`${prefix}if-match`),
  ifNoneMatch: headers.get(`${prefix}if-none-match`),
  ifModifiedSince: headers.get(`${prefix}if-modified-since`),
  ifUnmodifiedSince: headers.get(`${prefix}if-unmodified-since`),
})

const matchesEtag = (condition: string, etag: string): boolean =>
  condition.split(',').some((text) => text.trim() === '*' || text.trim().replaceAll('"', '') === etag)

/** Seconds of an HTTP date; undefined, and without effect, when it is none. */
function seconds(date: string | undefined): number | undefined {
  const time = Date.parse(date ?? '')
  return Number.isNaN(time) ? undefined : Math.floor(time / 1000)
}

function failedCondition(object: ObjectRecord, conditions: Conditions): keyof Conditions | undefined {
  const modified = Math.floor(Date.parse(object.lastModified) / 1000)
  const { ifMatch, ifNoneMatch } = conditions
  const unmodifiedSince = seconds(conditions.ifUnmodifiedSince)
  const modifiedSince = seconds(conditions.ifModifiedSince)
  if (ifMatch !== undefined && !matchesEtag(ifMatch, object.etag)) return 'ifMatch'
  if (unmodifiedSince !== undefined && modified > unmodifiedSince) return 'ifUnmodifiedSince'
  if (ifNoneMatch !== undefined && matchesEtag(ifNoneMatch, object.etag)) return 'ifNoneMatch'
  if (modifiedSince !== undefined && modified <= modifiedSince) return 'ifModifiedSince'
  return undefined
}

/** Throws 412, or 304 where the client has the object already, unless the object meets the conditions. */
export function checkConditions(object: ObjectRecord, conditions: Conditions): void {
  const failed = failedCondition(object, conditions)
  if (failed === undefined) return
  if (failed === 'ifNoneMatch' || failed === 'ifModifiedSince') {
    throw new ServiceFault(304, 'NotModified', 'Not Modified', {
      headers: { ETag: `"${object.etag}"`, 'Last-Modified': new Date(object.lastModified).toUTCString() },
    })
  }
  throw new ServiceFault(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold.', {
    details: { Condition: names[failed] },
  })
}
