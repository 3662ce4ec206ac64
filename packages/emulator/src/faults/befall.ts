import { setTimeout as wait } from 'node:timers/promises'
import type { EmulatorClock } from '../clock.ts'
import { ServiceFault } from '../errors.ts'
import { allSessions } from '../storage/keys.ts'
import type { SessionRecord } from '../storage/records.ts'
import type { Store } from '../storage/store.ts'
import type { Fault } from './fault.ts'

/** What a fault changes beside the request. */
export interface Befallen {
  readonly clock: EmulatorClock
  readonly storage: { readonly store: Store }
}

/** Does what a fault does before the request is looked at. */
export async function befall({ clock, storage }: Befallen, fault: Fault): Promise<void> {
  const { delayMs, clockJumpSeconds, expireTokens, status, code = 'ServiceUnavailable' } = fault
  if (delayMs !== undefined) await wait(delayMs)
  if (clockJumpSeconds !== undefined) clock.advanceSeconds(clockJumpSeconds)
  if (expireTokens === true) await endSessions(storage.store, clock.now())
  if (status === undefined) return
  throw new ServiceFault(status, code, 'Please try again.', { reason: 'a fault script answered' })
}

async function endSessions(store: Store, now: Date): Promise<void> {
  const sessions = [...store.range<SessionRecord>(...allSessions())]
  await store.transact((transaction) => {
    for (const { key, value } of sessions) transaction.put(key, { ...value, expiresAt: now.toISOString() })
  })
}
