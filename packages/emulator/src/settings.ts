import { isLoopbackHost } from './addressing.ts'
import type { Fault } from './faults/fault.ts'
import {
  type Account,
  type Identity,
  identitiesOf,
  type KnownRole,
  knownRoles,
  type OidcProvider,
  type Role,
} from './identities.ts'
import type { Certificate } from './tls/certificate.ts'

/** Receives one line a request, and the stacks of internal errors. */
export interface Logger {
  info(line: string): void
  error(line: string): void
}

/** How an emulator is started. */
export interface EmulatorOptions {
  /** TCP port; 0 takes any free one. @default 0 */
  readonly port?: number
  /** Address to listen on. @default '127.0.0.1' */
  readonly host?: string
  /**
   * Serves HTTPS instead of HTTP: with a certificate that is made, and kept where a folder keeps everything, or with a
   * given one in PEM. @default false
   */
  readonly https?: boolean | Certificate
  /** Folder that keeps everything across restarts; without it, all is kept in memory. */
  readonly dataDir?: string
  /** Region of all buckets, which signatures must name. @default 'cn-hangzhou' */
  readonly region?: string
  /** Keys that may sign, the first of them reported as the emulator's. @default one well-known key */
  readonly accounts?: readonly Account[]
  /** Role that STS gives out credentials for, with all rights. @default the role `emulator` of the first account */
  readonly roleArn?: string
  /** Roles that STS gives out credentials for, instead of that one; the first of them is reported as the emulator's. */
  readonly roles?: readonly Role[]
  /** Whose tokens AssumeRoleWithOIDC takes. @default none */
  readonly oidcProviders?: readonly OidcProvider[]
  /** Least lifetime of temporary credentials in seconds; the service takes 900 or more. @default 900 */
  readonly minimumTokenSeconds?: number
  /** Greatest lifetime of temporary credentials in seconds. @default 3600 */
  readonly maximumTokenSeconds?: number
  /** Seconds until a restored object can be read. @default as long as on the service: 60 to 172800, by class and tier */
  readonly restoreSeconds?: number
  /** Lets appendable objects be sealed, which the service enables for an account on request. @default false */
  readonly sealing?: boolean
  /** Blocks public access of every bucket that is made, as the service does for accounts of these years. @default false */
  readonly blockPublicAccessByDefault?: boolean
  /** Lets every origin in where a bucket has no CORS rules, which the service does not. @default false */
  readonly corsAllowAll?: boolean
  /**
   * Further host names under which it may be reached; one that begins with a dot stands for all that end with it. They
   * count where it listens on loopback only, and keep pages from elsewhere out that make their name lead here.
   */
  readonly allowedHosts?: readonly string[]
  /** Buckets by the host names bound to them. */
  readonly cnames?: Readonly<Record<string, string>>
  /** Tells the time that signatures, tokens and objects are dated by. @default the machine's clock */
  readonly clock?: () => Date
  /** What goes wrong on purpose from the start on. */
  readonly faults?: readonly Fault[]
  /**
   * Makes request ids, upload ids, version ids and temporary credentials the same every time. It goes with memory
   * only: in a folder, ids would be given twice. @default ids that nobody can foretell
   */
  readonly seed?: number | string
  /** @default silent */
  readonly logger?: Logger
}

/** The options with their defaults. */
export interface Settings {
  readonly region: string
  readonly dataDir: string | undefined
  /** Whether it listens on loopback only. */
  readonly isLocalOnly: boolean
  /** In lower case. */
  readonly allowedHosts: readonly string[]
  readonly accounts: readonly Identity[]
  readonly roles: readonly KnownRole[]
  readonly oidcProviders: readonly OidcProvider[]
  readonly minimumTokenSeconds: number
  readonly restoreSeconds: number | undefined
  readonly sealing: boolean
  readonly blockPublicAccessByDefault: boolean
  readonly corsAllowAll: boolean
  readonly cnames: ReadonlyMap<string, string>
  readonly clock: () => Date
  readonly logger: Logger
}

/** Account id of the default key. */
export const defaultAccountId = '1234567890123456'

/** A key that is public knowledge, for use against the emulator alone. */
export const defaultAccount: Account & { readonly accountId: string } = {
  accessKeyId: 'LTAIEmulatorFakeKeyId',
  accessKeySecret: 'EmulatorFakeKeySecretNotForProduction',
  accountId: defaultAccountId,
}

const silent: Logger = { info: () => {}, error: () => {} }

/** Completes the options. */
export function settingsOf(options: EmulatorOptions): Settings {
  const accounts = identitiesOf(options.accounts ?? [defaultAccount], defaultAccountId)
  const maximumTokenSeconds = options.maximumTokenSeconds ?? 3600
  const roleArn = options.roleArn ?? `acs:ram::${accounts[0]?.accountId ?? defaultAccountId}:role/emulator`
  const cnames = Object.entries(options.cnames ?? {}).map(([host, bucket]) => [host.toLowerCase(), bucket] as const)
  return {
    region: options.region ?? 'cn-hangzhou',
    dataDir: options.dataDir,
    isLocalOnly: isLoopbackHost(options.host ?? '127.0.0.1'),
    allowedHosts: (options.allowedHosts ?? []).map((host) => host.toLowerCase()),
    accounts,
    roles: knownRoles(options.roles ?? [{ arn: roleArn }], maximumTokenSeconds),
    oidcProviders: options.oidcProviders ?? [],
    minimumTokenSeconds: options.minimumTokenSeconds ?? 900,
    restoreSeconds: options.restoreSeconds,
    sealing: options.sealing ?? false,
    blockPublicAccessByDefault: options.blockPublicAccessByDefault ?? false,
    corsAllowAll: options.corsAllowAll ?? false,
    cnames: new Map(cnames),
    clock: options.clock ?? (() => new Date()),
    logger: options.logger ?? silent,
  }
}
