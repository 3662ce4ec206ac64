import { type Address, addressOf, checkBucketName, checkHost, checkObjectKey } from './addressing.ts'
import { authenticate } from './authentication/authenticate.ts'
import type { Principal } from './authentication/principal.ts'
import { authorize } from './authorization/authorize.ts'
import { circumstancesOf } from './authorization/circumstances.ts'
import { checkReferer } from './authorization/referer.ts'
import type { Call } from './call.ts'
import { type CallbackSigner, publicKeyPath } from './callback/callback-signer.ts'
import type { EmulatorClock } from './clock.ts'
import { allowAll, corsHeaders, preflightHeaders } from './cors.ts'
import { accessDenied, noSuchBucket, notImplemented, ServiceFault } from './errors.ts'
import { befall } from './faults/befall.ts'
import type { Fault } from './faults/fault.ts'
import type { FaultScript } from './faults/fault-script.ts'
import { ConnectionCut, replayable, spoilRequest, spoilResponse } from './faults/spoil.ts'
import { errorAnswer, type Frame, framed } from './frame.ts'
import type { WritableJournal } from './journal/journal.ts'
import { effectsOf, type JournalEntry, journalLine, tellableQuery } from './journal/journal-entry.ts'
import { runLifecycle } from './lifecycle/run-lifecycle.ts'
import { empty, type OssRequest, type OssResponse } from './message.ts'
import { operations } from './operations.ts'
import { parseQuery, percentDecode } from './percent-encode.ts'
import type { RandomSource } from './random-source.ts'
import { routeOf } from './routes.ts'
import type { Settings } from './settings.ts'
import { isStatusPath, statusAnswer } from './status/status-answer.ts'
import { bucketKey } from './storage/keys.ts'
import type { BucketRecord } from './storage/records.ts'
import type { Storage } from './storage/storage.ts'
import { type RpcParameters, rpcParameters } from './sts/parameters.ts'
import { handleSts } from './sts/sts.ts'
import { throttled, trafficLimitOf } from './traffic-limit.ts'
import { servePage } from './website/serve-page.ts'
import { websiteFor } from './website/website.ts'

/** Everything that answers requests: how, and from what. */
export interface Service {
  readonly settings: Settings
  readonly storage: Storage
  readonly faults: FaultScript
  readonly clock: EmulatorClock
  readonly random: RandomSource
  readonly signer: CallbackSigner
  readonly journal: WritableJournal
}

/** A request whose target was taken apart. */
interface Parsed {
  readonly request: OssRequest
  readonly path: string
  readonly query: readonly [name: string, value: string][]
  readonly address: Address
}

interface Outcome {
  /** Undefined when it could not be, and of calls to STS. */
  readonly parsed?: Parsed | undefined
  readonly response: OssResponse
  /** Who watches the journal is not in it. */
  readonly isUnnoted?: boolean
  readonly operation: string
  readonly code?: string
  readonly reason?: string
  readonly fault?: string
}

/** Operations that may name a bucket that does not exist. */
const bucketMakers = new Set(['PutBucket', 'PutBucketAcl'])

/** Operations that learn from their body what is to be accessed, and check it on their own. */
const selfAuthorizing = new Set(['DeleteMultipleObjects', 'PostObject'])

/** Answers a request; never rejects. */
export async function handle(service: Service, request: OssRequest): Promise<OssResponse> {
  const requestId = service.random.bytes(12).toString('hex').toUpperCase()
  const startedAt = performance.now()
  const frame = (): Frame => ({
    request,
    requestId,
    now: service.clock.now(),
    elapsedMs: performance.now() - startedAt,
  })
  const { response, cors, isUnnoted, ...outcome } = await answer(service, request, frame)
  const answered = frame()
  if (isUnnoted !== true) note(service, entryOf(response, answered, outcome))
  return framed(response, answered, cors)
}

function note({ journal, settings }: Service, entry: JournalEntry): void {
  journal.record(entry)
  settings.logger.info(journalLine(entry))
}

function entryOf(
  { status }: OssResponse,
  { request, requestId, now, elapsedMs }: Frame,
  { parsed, ...outcome }: Omit<Outcome, 'response' | 'isUnnoted'>,
): JournalEntry {
  return {
    method: request.method,
    path: request.target.split('?')[0]!,
    query: tellableQuery(parsed?.query ?? []),
    bucket: parsed?.address.bucket ?? '',
    key: parsed?.address.key ?? '',
    status,
    requestId,
    answeredAt: now,
    elapsedMs,
    ...outcome,
  }
}

async function answer(
  service: Service,
  request: OssRequest,
  frame: () => Frame,
): Promise<Outcome & { cors: Record<string, string> }> {
  let operation = ''
  let parsed: Parsed | undefined
  let bucket: BucketRecord | undefined
  let fault: Fault | undefined
  try {
    parsed = parse(request, service.settings)
    checkHost(request, service.settings)
    if (parsed.address.bucket === '_emulator' && isStatusPath(parsed.path) && parsed.path !== publicKeyPath) {
      const response = statusAnswer(service, request, parsed.path)
      return { response, operation: 'GetStatusPage', isUnnoted: true, cors: {} }
    }
    if (parsed.path === publicKeyPath && parsed.address.bucket === '_emulator') {
      return { response: await publicKeyAnswer(service), operation: 'GetCallbackPublicKey', cors: {} }
    }
    bucket = bucketOf(service, parsed.address)
    const parameters = await stsParameters(parsed)
    if (parameters !== undefined) return { ...(await answerSts(service, request, parameters)), cors: {} }
    const route = routeOf(request, parsed.address, new Map(parsed.query))
    operation = 'operation' in route ? route.operation : ''
    fault = service.faults.take(faultRequestOf(parsed, operation))
    if (fault !== undefined) await befall(service, fault)
    const response =
      operation === 'OptionObject'
        ? preflight(parsed, bucket)
        : await performUnder(fault, parsed, (received) => perform(service, received, route, bucket, frame()))
    const sent = fault === undefined ? response : spoilResponse(request, response, fault)
    const cors = operation === 'OptionObject' ? {} : corsHeaders(bucket, request)
    return { response: sent, operation, parsed, ...told(fault), cors }
  } catch (error) {
    const refusal = error instanceof ServiceFault ? error : internalError(service, error, frame().requestId)
    const cors = operation === 'OptionObject' ? {} : corsHeaders(bucket, request)
    const { code, reason } = refusal
    const answered = { ...errorAnswer(refusal, frame()), isDropped: refusal instanceof ConnectionCut }
    const response = fault === undefined ? answered : spoilResponse(request, answered, fault)
    return { response, operation, parsed, ...(refusal.status !== 304 && { code, reason }), ...told(fault), cors }
  }
}

const publicKeyAnswer = async ({ signer }: Service): Promise<OssResponse> => ({
  status: 200,
  headers: { 'Content-Type': 'application/x-pem-file' },
  body: await signer.publicKey(),
})

const faultRequestOf = ({ request, address, query }: Parsed, operation: string) => ({
  method: request.method,
  operation,
  bucket: address.bucket ?? '',
  key: address.key,
  query: new Map(query),
  headers: request.headers,
})

/** What the journal says of a fault. */
const told = (fault: Fault | undefined) => (fault === undefined ? {} : { fault: effectsOf(fault) })

/** Carries a request out as it arrives under a fault, twice if it is delivered twice. */
async function performUnder(
  fault: Fault | undefined,
  parsed: Parsed,
  run: (received: Parsed) => Promise<OssResponse>,
): Promise<OssResponse> {
  if (fault === undefined) return run(parsed)
  const received = { ...parsed, request: spoilRequest(parsed.request, fault) }
  if (fault.deliverTwice !== true) return run(received)
  const again = { ...parsed, request: await replayable(received.request) }
  const first = await run(again).catch((error: unknown) => {
    if (!(error instanceof ServiceFault)) throw error
  })
  first?.release?.()
  return run(again)
}

async function answerSts(service: Service, request: OssRequest, parameters: RpcParameters): Promise<Outcome> {
  const operation = parameters.get('Action') ?? ''
  const { method, headers } = request
  const fault = service.faults.take({ method, operation, bucket: '', key: '', query: parameters, headers })
  const outcome = await handleSts(service, request, parameters, async () => {
    if (fault !== undefined) await befall(service, fault)
  })
  if (fault === undefined) return outcome
  return { ...outcome, response: spoilResponse(request, outcome.response, fault), ...told(fault) }
}

function internalError(service: Service, error: unknown, requestId: string): ServiceFault {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  service.settings.logger.error(`${requestId} ${stack}`)
  return new ServiceFault(500, 'InternalError', 'We encountered an internal error. Please try again.', {
    reason: stack.split('\n')[0]!,
  })
}

function parse(request: OssRequest, settings: Settings): Parsed {
  const mark = request.target.indexOf('?')
  const rawPath = mark < 0 ? request.target : request.target.slice(0, mark)
  const path = percentDecode(rawPath.replace(/^https?:\/\/[^/]*/i, ''))
  const query = parseQuery(mark < 0 ? '' : request.target.slice(mark + 1))
  if (path === undefined || query === undefined || !(path.startsWith('/') || path === '*')) {
    throw new ServiceFault(400, 'InvalidURI', 'The specified URI could not be parsed.')
  }
  return { request, path, query, address: addressOf(request.host, path, settings) }
}

function bucketOf(service: Service, address: Address): BucketRecord | undefined {
  if (address.bucket === undefined) return undefined
  const bucket = service.storage.store.get<BucketRecord>(bucketKey(address.bucket))
  const isOpen = bucket !== undefined && bucket.cors === undefined && service.settings.corsAllowAll
  return isOpen ? { ...bucket, cors: allowAll } : bucket
}

async function stsParameters({ request, path, address }: Parsed) {
  const isPossible = path === '/' && address.bucket === undefined && ['GET', 'POST'].includes(request.method)
  return isPossible ? rpcParameters(request, address.isSts) : undefined
}

function preflight(parsed: Parsed, bucket: BucketRecord | undefined): OssResponse {
  if (bucket === undefined && parsed.address.bucket !== undefined) throw noSuchBucket(parsed.address.bucket)
  return empty(200, preflightHeaders(bucket, parsed.request))
}

async function perform(
  service: Service,
  parsed: Parsed,
  route: ReturnType<typeof routeOf>,
  bucket: BucketRecord | undefined,
  { now, requestId }: Frame,
): Promise<OssResponse> {
  const { settings, storage, signer, random } = service
  const { address, query } = parsed
  const parameters = new Map(query)
  const limit = trafficLimitOf(parsed.request, parameters)
  const request =
    limit === undefined ? parsed.request : { ...parsed.request, body: throttled(parsed.request.body, limit) }
  const operation = 'operation' in route ? route.operation : route.unknown
  checkAddress(address, settings)
  if (address.bucket !== undefined && bucket === undefined && !bucketMakers.has(operation)) {
    throw noSuchBucket(address.bucket)
  }
  if (address.bucket !== undefined) await runLifecycle({ ...storage, random }, address.bucket, now)
  // The service does not look at a signature beside a form, which has its own.
  const principal: Principal =
    operation === 'PostObject'
      ? { kind: 'anonymous' }
      : authenticate({ request, address, query, settings, store: storage.store, now })
  checkReferer(bucket, request)
  const circumstances = circumstancesOf(request, parameters, now)
  const common = { bucket: address.bucket ?? '', circumstances }

  async function carryOut(name: string, key: string): Promise<OssResponse> {
    const wanted = { ...common, operation: name, key }
    if (!selfAuthorizing.has(name) && address.bucket !== undefined) {
      authorize(storage.store, principal, { ...wanted, versionId: parameters.get('versionId') || undefined })
    }
    if (address.bucket === undefined) checkServiceAccess(storage, principal, wanted)
    const run = operations[name]
    if (run === undefined) throw notImplemented(name)
    const call: Call = {
      ...storage,
      ...wanted,
      settings,
      request,
      principal,
      now,
      requestId,
      signer,
      random,
      query: parameters,
    }
    return run(call)
  }

  const website = websiteFor(bucket, principal, operation, request)
  const servesPage = (key: string): Promise<OssResponse> =>
    carryOut(request.method === 'HEAD' ? 'HeadObject' : 'GetObject', key)
  const response =
    website === undefined
      ? await carryOut(operation, address.key)
      : await servePage(website, request, address.key, servesPage)
  if (limit === undefined || response.body === undefined || typeof response.body === 'string') return response
  return { ...response, body: throttled(response.body, limit) }
}

function checkServiceAccess(
  storage: Storage,
  principal: Call['principal'],
  wanted: Parameters<typeof authorize>[2],
): void {
  if (principal.kind === 'anonymous') {
    throw accessDenied('Anonymous access is forbidden for this operation.', { reason: 'the request is not signed' })
  }
  authorize(storage.store, principal, wanted)
}

function checkAddress(address: Address, settings: Settings): void {
  if (address.bucket !== undefined) checkBucketName(address.bucket)
  if (address.key !== '') checkObjectKey(address.key)
  if (address.region === undefined || address.region === settings.region) return
  throw accessDenied('The bucket you are attempting to access must be addressed using the specified endpoint.', {
    details: { Bucket: address.bucket ?? '', Endpoint: `oss-${settings.region}.aliyuncs.com` },
  })
}
