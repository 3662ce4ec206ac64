import { abortable } from '../abortable.ts'
import type { Turn } from './turn.ts'

/** Room for so much at once. Of those who wait, the one with the lowest rank is next. */
export interface Room {
  /** Resolves when there is room, or rejects with `signal.reason`. */
  enter(rank: number, signal: AbortSignal): Promise<void>
  leave(): void
  /** Whether somebody waits who comes before this rank. */
  isAwaited(rank: number): boolean
}

export function roomFor(limit: number): Room {
  let free = limit
  const waiting: { rank: number; admit: () => void }[] = []
  const leave = () => {
    const next = waiting.shift()
    if (next) next.admit()
    else free += 1
  }
  const wait = (rank: number) => {
    let admit = () => {}
    const admitted = new Promise<void>((resolve) => {
      admit = resolve
    })
    const waiter = { rank, admit }
    const behind = waiting.findIndex((other) => other.rank > rank)
    waiting.splice(behind < 0 ? waiting.length : behind, 0, waiter)
    return { waiter, admitted }
  }
  return {
    async enter(rank, signal) {
      signal.throwIfAborted()
      if (free > 0) {
        free -= 1
        return
      }
      const { waiter, admitted } = wait(rank)
      try {
        await abortable(admitted, signal)
      } catch (error) {
        const place = waiting.indexOf(waiter)
        // It may have been let in at the same moment.
        if (place < 0) leave()
        else waiting.splice(place, 1)
        throw error
      }
    },
    leave,
    isAwaited: (rank) => waiting.length > 0 && waiting[0]!.rank < rank,
  }
}

/** The turn of one transfer in a room. `end` gives back what it still has. */
export function turnIn(room: Room, rank: number, signal: AbortSignal): Turn & { end(): void } {
  let held = 0
  let handedOver = 0
  const leave = () => {
    held -= 1
    room.leave()
  }
  return {
    async enter() {
      if (handedOver > 0) {
        handedOver -= 1
        return
      }
      await room.enter(rank, signal)
      held += 1
    },
    leave,
    isAwaited: () => room.isAwaited(rank),
    handOver() {
      handedOver += 1
    },
    end() {
      while (held > 0) leave()
    },
  }
}
