import { isArchiveClass, restoreDuration, restoreState } from '../archive.ts'
import type { Call } from '../call.ts'
import { invalidArgument, malformedXml, ServiceFault } from '../errors.ts'
import { objectOf } from '../lookup.ts'
import { empty, type OssResponse, type ResponseHeaders, readBody } from '../message.ts'
import type { ObjectRecord } from '../storage/records.ts'
import { childrenOf, readXml, textOf } from '../xml.ts'
import { changeObject } from './object-acl.ts'

interface RestoreRequest {
  readonly days: number
  readonly tier: string
}

const dayMs = 86_400_000

async function readRestore(call: Call, object: ObjectRecord): Promise<RestoreRequest> {
  const body = (await readBody(call.request)).trim()
  if (body === '') return { days: 1, tier: 'Standard' }
  const document = readXml(body, 'RestoreRequest')
  if (document === undefined) throw malformedXml()
  const [parameters] = childrenOf(document, 'JobParameters')
  if (parameters !== undefined && object.storageClass === 'Archive') throw malformedXml()
  const tier = (parameters && textOf(parameters, 'Tier')) || 'Standard'
  const days = Number(textOf(document, 'Days') ?? '1')
  if (!['Expedited', 'Standard', 'Bulk'].includes(tier)) throw invalidArgument('Tier', tier, 'The tier is invalid.')
  if (!Number.isInteger(days) || days < 1 || days > 365) throw malformedXml()
  return { days, tier }
}

const priorityHeader = (object: ObjectRecord, tier: string): ResponseHeaders =>
  object.storageClass === 'Archive' ? {} : { 'x-oss-object-restore-priority': tier }

/** RestoreObject: makes an archived object readable for some days. */
export async function restoreObject(call: Call): Promise<OssResponse> {
  const object = objectOf(call)
  const { days, tier } = await readRestore(call, object)
  if (!isArchiveClass(object.storageClass)) {
    throw new ServiceFault(400, 'OperationNotSupported', 'The operation is not supported for this resource')
  }
  const state = restoreState(object, call.now)
  if (state === 'ongoing') {
    throw new ServiceFault(409, 'RestoreAlreadyInProgress', 'The restore operation is in progress.')
  }
  const seconds = call.settings.restoreSeconds ?? restoreDuration(object.storageClass, tier)
  const readyAtMs = call.now.getTime() + (state === 'restored' ? 0 : seconds * 1000)
  const restore = {
    readyAt: new Date(readyAtMs).toISOString(),
    expiresAt: new Date(readyAtMs + days * dayMs).toISOString(),
  }
  const headers = await changeObject(call, (current) => ({ ...current, restore }))
  return empty(state === 'restored' ? 200 : 202, { ...headers, ...priorityHeader(object, tier) })
}

/** CleanRestoredObject: gives back the readable copy of a restored object. */
export async function cleanRestoredObject(call: Call): Promise<OssResponse> {
  const state = restoreState(objectOf(call), call.now)
  if (state === 'none') {
    throw new ServiceFault(409, 'ArchiveRestoreFileStale', 'The restore file is stale.', { ec: '0016-00000718' })
  }
  if (state === 'ongoing') {
    throw new ServiceFault(409, 'ArchiveRestoreNotFinished', "The archive file's restore is not finished.", {
      ec: '0016-00000719',
    })
  }
  return empty(200, await changeObject(call, ({ restore: _, ...object }) => object))
}
