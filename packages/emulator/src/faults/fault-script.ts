import type { RandomSource } from '../random-source.ts'
import { matchesStar } from '../wildcard.ts'
import { checkFault } from './check-fault.ts'
import type { Fault, FaultRequest } from './fault.ts'

/** The faults to come. */
export interface Faults {
  /** Adds a fault behind those there are, and returns what takes it back. Throws a `TypeError` for what is no fault. */
  add(fault: Fault): () => void
  /** Takes all faults back. */
  clear(): void
}

/** The faults to come, as the server uses them. */
export interface FaultScript extends Faults {
  /** The first fault that befalls a request. */
  take(request: FaultRequest): Fault | undefined
}

function matches({ match }: Fault, request: FaultRequest): boolean {
  if (match === undefined) return true
  if (typeof match === 'function') return match(request)
  const { nth: _, query = {}, ...texts } = match
  return (
    Object.entries(texts).every(([name, pattern]) => matchesStar(pattern, request[name as keyof typeof texts])) &&
    Object.entries(query).every(([name, pattern]) => matchesStar(pattern, request.query.get(name) ?? ''))
  )
}

const firstOf = ({ match }: Fault): number => (typeof match === 'object' ? (match.nth ?? 1) : 1)

/** Makes a script of the given faults. */
export function faultScript(random: RandomSource, initial: readonly Fault[] = []): FaultScript {
  const pending: { fault: Fault; skip: number; times: number }[] = []
  const script: FaultScript = {
    add(fault) {
      checkFault(fault)
      const times = fault.times === 'always' ? Number.POSITIVE_INFINITY : (fault.times ?? 1)
      const entry = { fault, skip: (fault.skip ?? 0) + firstOf(fault) - 1, times }
      pending.push(entry)
      return () => {
        entry.times = 0
      }
    },
    clear() {
      pending.length = 0
    },
    take(request) {
      const matching = pending.filter(({ fault, times }) => times > 0 && matches(fault, request))
      const due = matching.find(
        ({ skip, fault }) => skip === 0 && (fault.chance === undefined || random.fraction() < fault.chance),
      )
      for (const entry of matching) entry.skip = Math.max(0, entry.skip - 1)
      if (due !== undefined) due.times -= 1
      return due?.fault
    },
  }
  for (const fault of initial) script.add(fault)
  return script
}
