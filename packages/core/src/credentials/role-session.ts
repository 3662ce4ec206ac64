import { check } from '../check.ts'

/** Which role is taken, by whom, for how long, and what of its rights. */
export interface RoleSession {
  /** The role, as in `acs:ram::1234567890123456:role/uploader`. */
  roleArn: string
  /** Who takes it, for the logs of RAM: 2 to 64 of `A-Z a-z 0-9 . @ _ -`. */
  roleSessionName: string
  /**
   * How long the credentials live: 900 (15 minutes) to 43200 (12 hours), at most what the role allows.
   * @default 3600 (1 hour), or less if the role allows less
   */
  durationSeconds?: number | undefined
  /**
   * Narrows the rights: what neither this policy nor the role allows is refused. An object is sent as its JSON, 1 to 2048
   * characters. @default all rights of the role
   */
  policy?: string | object | undefined
}

/**
 * The parameters of a session, as STS calls them.
 *
 * @throws a {@link ValidationError} that names the field
 */
export function sessionParameters(session: RoleSession): Record<string, string> {
  const { roleArn, roleSessionName, durationSeconds, policy } = session
  check('roleArn', /^acs:ram::\d+:role\/[\w.-]+$/i.test(roleArn), 'acs:ram::{account id}:role/{name}', roleArn)
  check('roleSessionName', /^[\w.@-]{2,64}$/.test(roleSessionName), '2 to 64 of A-Z a-z 0-9 . @ _ -', roleSessionName)
  const isDuration = durationSeconds === undefined || isWithin(durationSeconds, 900, 43_200)
  check('durationSeconds', isDuration, 'a whole number from 900 to 43200', durationSeconds)
  const text = typeof policy === 'object' ? JSON.stringify(policy) : policy
  const size = text?.length ?? 1
  check('policy', isWithin(size, 1, 2048), '1 to 2048 characters of JSON', `${size} characters`)
  return {
    RoleArn: roleArn,
    RoleSessionName: roleSessionName,
    ...(durationSeconds !== undefined && { DurationSeconds: String(durationSeconds) }),
    ...(text !== undefined && { Policy: text }),
  }
}

const isWithin = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most
