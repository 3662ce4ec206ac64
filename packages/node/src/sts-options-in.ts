import type { StsOptions } from '@oss-js/core'
import { type Environment, valueIn } from './environment-credentials.ts'

/** Which STS the environment, or a profile with its own region, asks for: within a VPC, those of regions have another name. */
export function stsOptionsIn(
  env: Environment,
  region = valueIn(env, 'ALIBABA_CLOUD_STS_REGION'),
  isVpc = isTrue(env, 'ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED'),
): StsOptions {
  if (!region) return {}
  return isVpc ? { endpoint: `sts-vpc.${region}.aliyuncs.com` } : { region }
}

/** Whether a variable is the word `true`. */
export const isTrue = (env: Environment, name: string): boolean => valueIn(env, name)?.toLowerCase() === 'true'
