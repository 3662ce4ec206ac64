import { createHash } from 'node:crypto'
import { checkObjectKey } from '../addressing.ts'
import { accountIdOf } from '../authentication/principal.ts'
import { type Call, header } from '../call.ts'
import { invalidArgument, ServiceFault } from '../errors.ts'
import { checkOverwrite, objectOf, requireBucket, versionHeader } from '../lookup.ts'
import { empty, type OssResponse } from '../message.ts'
import { readAttributes } from '../object-attributes.ts'
import { percentDecode, percentEncode } from '../percent-encode.ts'
import { storeVersion } from './put-object.ts'

/** PutSymlink: makes an object that stands for another one of the bucket, which need not exist. */
export async function putSymlink(call: Call): Promise<OssResponse> {
  const text = header(call, 'x-oss-symlink-target') ?? ''
  const target = percentDecode(text)
  if (!target) throw invalidArgument('x-oss-symlink-target', text, 'The symlink target is invalid.')
  checkObjectKey(target)
  checkOverwrite(call)
  const bucket = requireBucket(call.store, call.bucket)
  const attributes = readAttributes(call, bucket)
  const etag = createHash('md5').update(target).digest('hex').toUpperCase()
  const headers = await storeVersion(call, {
    ...attributes,
    storageClass: attributes.storageClass === 'IA' ? 'IA' : 'Standard',
    kind: 'object',
    key: call.key,
    ownerId: accountIdOf(call.principal) ?? bucket.ownerId,
    type: 'Symlink',
    size: 0,
    etag,
    crc64: '0',
    lastModified: call.now.toISOString(),
    pieces: [],
    symlinkTarget: target,
  })
  return empty(200, { ETag: `"${etag}"`, ...headers })
}

/** GetSymlink: what a symlink stands for. */
export function getSymlink(call: Call): OssResponse {
  const object = objectOf(call)
  if (object.symlinkTarget === undefined) {
    throw new ServiceFault(400, 'NotSymlink', 'The object is not a symlink.', { details: { Key: call.key } })
  }
  const metadata = Object.entries(object.metadata).map(([name, value]) => [`x-oss-meta-${name}`, value])
  return empty(200, {
    'x-oss-symlink-target': percentEncode(object.symlinkTarget),
    ETag: `"${object.etag}"`,
    'Last-Modified': new Date(object.lastModified).toUTCString(),
    ...Object.fromEntries(metadata),
    ...versionHeader(requireBucket(call.store, call.bucket), object.versionId),
  })
}
