import type { RandomSource } from '../random-source.ts'
import type { Settings } from '../settings.ts'
import type { Store } from '../storage/store.ts'

/** What STS answers from. */
export interface StsService {
  readonly settings: Settings
  readonly storage: { readonly store: Store }
  readonly clock: { now(): Date }
  readonly random: RandomSource
}
