/** Starts the emulator for the tests that run in browsers, and tells them where it is: `inject('emulator')`. */

import * as emulator from '@oss-js/emulator'
import type { TestProject } from 'vitest/node'

/** Where the emulator listens, and the long-lived key that it knows. */
export interface EmulatorAddress {
  /** URL of the OSS endpoint. */
  endpoint: string
  /** URL of the STS endpoint. */
  stsEndpoint: string
  region: string
  accessKeyId: string
  accessKeySecret: string
  /** A role that the key may assume. */
  roleArn: string
}

declare module 'vitest' {
  export interface ProvidedContext {
    emulator: EmulatorAddress
  }
}

type StartEmulator = (options: { port: number }) => Promise<EmulatorAddress & { close(): Promise<void> }>

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const { startEmulator } = emulator as { startEmulator?: StartEmulator }
  if (!startEmulator) return undefined
  const { endpoint, stsEndpoint, region, accessKeyId, accessKeySecret, roleArn, close } = await startEmulator({
    port: 0,
  })
  project.provide('emulator', { endpoint, stsEndpoint, region, accessKeyId, accessKeySecret, roleArn })
  return close
}
