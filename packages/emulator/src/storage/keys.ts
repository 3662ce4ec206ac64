import { toByteString } from '../byte-string.ts'

/**
 * The keys under which records are stored. A zero byte ends every part: it is in no bucket name and no object key,
 * and below all other bytes, so that `a` still comes before `a` followed by anything.
 */
const join = (...parts: string[]): string => parts.map((part) => `${part}\0`).join('')

/** The range that holds all keys made of `parts` and more. */
const under = (...parts: string[]): [from: string, to: string] => {
  const start = parts.map((part) => `${part}\0`).join('')
  return [start, `${start.slice(0, -1)}\u0001`]
}

export const bucketKey = (bucket: string): string => join('b', bucket)
export const allBuckets = (): [string, string] => under('b')

export const accountKey = (accountId: string): string => join('a', toByteString(accountId))

const newestSequence = 0xffffffff

/** The number of a version as text that sorts the newest first. */
export const invertedSequence = (sequence: number): string => (newestSequence - sequence).toString(16).padStart(8, '0')

/** The number of a version from a stored key. */
export const sequenceOf = (storeKey: string): number => newestSequence - Number.parseInt(storeKey.slice(-9, -1), 16)

export const versionKey = (bucket: string, key: string, sequence: number): string =>
  join('o', bucket, toByteString(key), invertedSequence(sequence))
export const versionsOfKey = (bucket: string, key: string): [string, string] => under('o', bucket, toByteString(key))
export const versionsOfBucket = (bucket: string): [string, string] => under('o', bucket)

export const uploadKey = (bucket: string, key: string, uploadId: string): string =>
  join('u', bucket, toByteString(key), uploadId)
export const uploadsOfBucket = (bucket: string): [string, string] => under('u', bucket)

export const partKey = (uploadId: string, number: number): string =>
  join('p', uploadId, String(number).padStart(5, '0'))
export const partsOfUpload = (uploadId: string): [string, string] => under('p', uploadId)

export const sessionKey = (accessKeyId: string): string => join('s', toByteString(accessKeyId))
export const allSessions = (): [string, string] => under('s')
export const allVersions = (): [string, string] => under('o')
export const allParts = (): [string, string] => under('p')

/** The object key, as a byte string, in the stored key of a version or an upload. */
export const objectKeyIn = (storeKey: string): string => storeKey.split('\0')[2] ?? ''
