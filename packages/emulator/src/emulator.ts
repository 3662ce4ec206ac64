import { type AddressInfo, isIP } from 'node:net'
import { callbackSigner } from './callback/callback-signer.ts'
import { type EmulatorClock, movableClock } from './clock.ts'
import { type Faults, faultScript } from './faults/fault-script.ts'
import { fetchOver } from './fetch.ts'
import { handle, type Service } from './handle.ts'
import { type Journal, journal } from './journal/journal.ts'
import type { JournalEntry } from './journal/journal-entry.ts'
import type { Handle } from './message.ts'
import { randomSource } from './random-source.ts'
import { listen } from './server.ts'
import { type EmulatorOptions, type Settings, settingsOf } from './settings.ts'
import { blobsOf, restoreSnapshot, type Snapshot, takeSnapshot } from './storage/snapshot.ts'
import { clearStorage, openStorage } from './storage/storage.ts'
import { type Certificate, certificateNames, keptCertificate, makeCertificate } from './tls/certificate.ts'

/** A running emulator. */
export interface Emulator extends AsyncDisposable {
  /** Such as `http://127.0.0.1:9000`; buckets are addressed in the path here, or as `bucket.localhost:9000`. */
  readonly endpoint: string
  /** Where AssumeRole is called. */
  readonly stsEndpoint: string
  readonly port: number
  /** Certificate of the server in PEM, for clients to trust, where it serves HTTPS. */
  readonly certificate?: string
  readonly region: string
  readonly accessKeyId: string
  readonly accessKeySecret: string
  /** The role that AssumeRole takes. */
  readonly roleArn: string
  /** The requests answered since the start or the last reset, oldest first. */
  readonly requests: readonly JournalEntry[]
  /** The same requests, to ask and to wait for. */
  readonly journal: Journal
  /** What goes wrong on purpose. */
  readonly faults: Faults
  /** The time that signatures, tokens and objects are dated by. */
  readonly clock: EmulatorClock
  /**
   * Answers a request as the server does, without a socket: the host of its URL, or its `host` header, decides what
   * is addressed. Rejects where a connection would be cut.
   */
  fetch(request: Request): Promise<Response>
  /** Forgets all buckets, objects, temporary credentials and the journal; faults, clock and seed are as at the start. */
  reset(): Promise<void>
  /** Notes all buckets, objects, uploads and temporary credentials, to come back to. */
  snapshot(): Promise<Snapshot>
  /** Comes back to a snapshot of this emulator, as often as wanted. Journal and faults stay as they are; a seed goes on as then. */
  restore(snapshot: Snapshot): Promise<void>
  /** Ends all connections and stops. What is in the data folder stays. */
  close(): Promise<void>
}

/** Writes a host for a URL; one that stands for all addresses is reached at the loopback one. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

/** The certificate to serve with: none, the given one, or a made one. */
async function certificateOf(
  { https, dataDir, clock }: EmulatorOptions,
  { region, cnames }: Settings,
  host: string,
): Promise<Certificate | undefined> {
  if (https === undefined || https === false) return undefined
  if (https !== true) return https
  const names = certificateNames(region, [...cnames.keys(), ...(isIP(host) === 0 ? [host] : [])])
  const now = clock?.() ?? new Date()
  return dataDir === undefined ? makeCertificate(names, now) : keptCertificate(dataDir, names, now)
}

/**
 * Starts a local OSS and STS server. It verifies signatures, tokens and policies as the service does, keeps everything
 * in memory or in `dataDir`, and answers 501 to what it does not do.
 *
 * @example
 * await using emulator = await startEmulator()
 * const client = createClient({ endpoint: emulator.endpoint, region: emulator.region, … })
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const clock = movableClock(options.clock ?? (() => new Date()))
  const settings = settingsOf({ ...options, clock: clock.now })
  const random = randomSource(options.seed === undefined ? undefined : String(options.seed))
  if (options.seed !== undefined && options.dataDir !== undefined) {
    throw new TypeError('seed: in memory only; in a folder, ids would be given twice')
  }
  const [account] = settings.accounts
  if (account === undefined) throw new TypeError('accounts: at least one account')
  const storage = await openStorage(options.dataDir)
  const written = journal()
  const kept = new Set<string>()
  const faults = faultScript(random, options.faults)
  const service: Service = {
    faults,
    clock,
    random,
    signer: callbackSigner(),
    settings,
    storage,
    journal: written,
  }
  const host = options.host ?? '127.0.0.1'
  const answer: Handle = (request) => handle(service, request)
  async function start() {
    const tls = await certificateOf(options, settings, host)
    return { tls, server: await listen(answer, options.port ?? 0, host, tls) }
  }
  const { tls, server } = await start().catch(async (error: unknown) => {
    await storage.close()
    throw error
  })
  const { port } = server.address() as AddressInfo
  const endpoint = `${tls === undefined ? 'http' : 'https'}://${reachable(host)}:${port}`

  async function stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeAllConnections()
    await closed
    await storage.close()
  }

  // The folder may be another emulator's by the time of a second call.
  let stopped: Promise<void> | undefined
  const close = (): Promise<void> => (stopped ??= stop())

  return {
    endpoint,
    stsEndpoint: endpoint,
    port,
    ...(tls !== undefined && { certificate: tls.certificate }),
    region: settings.region,
    accessKeyId: account.accessKeyId,
    accessKeySecret: account.accessKeySecret,
    roleArn: settings.roles[0]?.arn ?? '',
    requests: written.entries,
    journal: written,
    faults,
    clock,
    fetch: fetchOver(answer),
    async reset() {
      faults.clear()
      for (const fault of options.faults ?? []) faults.add(fault)
      clock.reset()
      random.seek(0)
      written.clear()
      await clearStorage(storage, kept)
    },
    async snapshot() {
      const snapshot = await takeSnapshot(storage, random.position)
      for (const blob of blobsOf(snapshot)) kept.add(blob)
      return snapshot
    },
    async restore(snapshot) {
      await restoreSnapshot(storage, snapshot, kept)
      random.seek(snapshot.position)
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}
