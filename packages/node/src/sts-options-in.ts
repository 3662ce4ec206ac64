import type { StsOptions } from '@oss-js/core'
import { type Environment, valueIn } from './environment-credentials.ts'

/**
 * Adds to options which STS the environment, or a profile with its own region, asks for, unless they say that themselves.
 * Within a VPC, those of regions have another name.
 */
export function withStsIn<Options extends StsOptions>(
  env: Environment,
  options: Options,
  region = valueIn(env, 'ALIBABA_CLOUD_STS_REGION'),
  isVpc = isTrue(env, 'ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED'),
): Options {
  if (options.region || options.endpoint || !region) return options
  return { ...options, ...(isVpc ? { endpoint: `sts-vpc.${region}.aliyuncs.com` } : { region }) }
}

/** Whether a variable is the word `true`. */
export const isTrue = (env: Environment, name: string): boolean => valueIn(env, name)?.toLowerCase() === 'true'
