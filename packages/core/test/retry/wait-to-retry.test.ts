import { expect, test } from 'vitest'
import { waitToRetry } from '../../src/wait-to-retry.ts'
import { scripted } from '../client/recording.ts'

test('an abort ends the wait with its reason', async () => {
  const abort = new AbortController()
  const reason = new Error('changed my mind')
  const { client } = scripted([{}], { retryer: { maxAttempts: 3, isRetryable: () => true, delayMs: () => 3_600_000 } })

  const wait = waitToRetry(client, 1, new Error('cut'), abort.signal)
  abort.abort(reason)

  await expect(wait).rejects.toBe(reason)
})
