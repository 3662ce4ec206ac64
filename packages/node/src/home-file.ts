import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { CredentialsError } from '@oss-js/core'
import { type Environment, valueIn } from './environment-credentials.ts'

/** Where the settings of Alibaba Cloud CLI are. Throws as `homeFile` does, unless a home directory is given. */
export const cliSettings = (env: Environment, home?: string): string =>
  valueIn(env, 'ALIBABA_CLOUD_CONFIG_FILE') ?? fileIn(home, '.aliyun', 'config.json')

/** Where the profiles are that the SDKs of Alibaba Cloud share. Throws as `homeFile` does, unless a home directory is given. */
export const sharedProfiles = (env: Environment, home?: string): string =>
  valueIn(env, 'ALIBABA_CLOUD_CREDENTIALS_FILE') ?? fileIn(home, '.alibabacloud', 'credentials')

const fileIn = (home: string | undefined, ...names: readonly string[]): string =>
  home === undefined ? homeFile(...names) : home && join(home, ...names)

/**
 * Where a file of this user is. Throws a CredentialsError that `isAbsent` if the user has no home directory, as is usual in a
 * container whose user has a number and no name.
 */
function homeFile(...names: readonly string[]): string {
  const home = homeOrNone()
  if (isAbsolute(home)) return join(home, ...names)
  throw new CredentialsError(`there is no home directory for ${join(...names)}`, { isAbsent: true })
}

function homeOrNone(): string {
  try {
    return homedir()
  } catch {
    return ''
  }
}
