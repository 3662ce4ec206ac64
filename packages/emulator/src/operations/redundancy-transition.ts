import { accountIdOf } from '../authentication/principal.ts'
import type { Call } from '../call.ts'
import {
  changeConfigurations,
  configurationsNamed,
  configurationsOf,
  forgetConfiguration,
} from '../configurations/stored.ts'
import { invalidArgument, ServiceFault } from '../errors.ts'
import { readLimit } from '../listing.ts'
import { empty, type OssResponse, xmlAnswer } from '../message.ts'
import { allBuckets } from '../storage/keys.ts'
import type { BucketRecord } from '../storage/records.ts'
import { branch, leaf, xmlDocument } from '../xml.ts'

const taskName = 'RedundancyTransition'

function idOf(call: Call): string {
  const id = call.query.get('x-oss-redundancy-transition-taskid') ?? ''
  if (configurationsOf(call)[`${taskName}/${id}`] !== undefined) return id
  throw new ServiceFault(
    404,
    'NoSuchRedundancyTransitionTask',
    'The specified redundancy transition task does not exist.',
    { details: { TaskId: id } },
  )
}

/** CreateBucketDataRedundancyTransition: notes that a bucket is to be kept in several zones; it stays in the queue. */
export async function createBucketDataRedundancyTransition(call: Call): Promise<OssResponse> {
  const target = call.query.get('x-oss-target-redundancy-type') ?? ''
  if (target !== 'ZRS') {
    throw invalidArgument('x-oss-target-redundancy-type', target, 'The target redundancy type must be ZRS.')
  }
  const taskId = call.random.bytes(8).toString('hex')
  const task = branch(
    'BucketDataRedundancyTransition',
    leaf('Bucket', call.bucket),
    leaf('TaskId', taskId),
    leaf('Status', 'Queueing'),
    leaf('CreateTime', call.now.toISOString()),
  )
  await changeConfigurations(call, (configurations) =>
    configurationsNamed(configurations, taskName).length > 0
      ? configurations
      : { ...configurations, [`${taskName}/${taskId}`]: task },
  )
  const [kept] = configurationsNamed(configurationsOf(call), taskName)
  return xmlAnswer(xmlDocument(kept?.[1] ?? task))
}

/** GetBucketDataRedundancyTransition: how far a conversion has come. */
export const getBucketDataRedundancyTransition = (call: Call): OssResponse =>
  xmlAnswer(xmlDocument(configurationsOf(call)[`${taskName}/${idOf(call)}`] ?? ''))

/** DeleteBucketDataRedundancyTransition: takes a conversion out of the queue. */
export async function deleteBucketDataRedundancyTransition(call: Call): Promise<OssResponse> {
  await forgetConfiguration(call, `${taskName}/${idOf(call)}`)
  return empty(204)
}

function listAnswer(tasks: readonly string[], isTruncated: boolean, next: string): OssResponse {
  const document = branch(
    'ListBucketDataRedundancyTransition',
    ...tasks,
    leaf('IsTruncated', isTruncated),
    leaf('NextContinuationToken', next),
  )
  return xmlAnswer(xmlDocument(document))
}

/** ListBucketDataRedundancyTransition: the conversions of a bucket. */
export const listBucketDataRedundancyTransition = (call: Call): OssResponse =>
  listAnswer(
    configurationsNamed(configurationsOf(call), taskName).map(([, task]) => task),
    false,
    '',
  )

/** ListUserDataRedundancyTransition: the conversions of all buckets of the account, by bucket. */
export function listUserDataRedundancyTransition(call: Call): OssResponse {
  const limit = readLimit('max-keys', call.query.get('max-keys'), 100, 100)
  const after = call.query.get('continuation-token') ?? ''
  const accountId = accountIdOf(call.principal)
  const tasks = [...call.store.range<BucketRecord>(...allBuckets())]
    .filter(({ value }) => value.ownerId === accountId && value.name > after)
    .flatMap(({ value }) =>
      configurationsNamed(value.configurations ?? {}, taskName).map(([, task]) => ({ bucket: value.name, task })),
    )
  const page = tasks.slice(0, limit)
  const isTruncated = tasks.length > limit
  return listAnswer(
    page.map(({ task }) => task),
    isTruncated,
    isTruncated ? (page.at(-1)?.bucket ?? '') : '',
  )
}
