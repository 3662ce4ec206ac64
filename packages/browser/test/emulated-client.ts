/** A client of the emulator that the whole run shares, for tests that run in a browser. */
import { inject } from 'vitest'
import { createClient } from '../src/index.ts'

const { endpoint, region, accessKeyId, accessKeySecret } = inject('emulator')

/** Shared by all tests: each removes what it put there. */
export const { bucket, encryptedBucket } = inject('emulator')

export const config = {
  endpoint,
  region,
  credentialsProvider: { accessKeyId, accessKeySecret },
  dangerouslyAllowLongLivedKeys: true,
}

export const client = createClient(config)
