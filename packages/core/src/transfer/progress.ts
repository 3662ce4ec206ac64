import type { Progress } from '../http/progress.ts'

/**
 * What a transfer is doing: `hashing` compares what is here with what is there already, `completing` makes the parts one
 * object.
 */
export type TransferPhase = 'hashing' | 'uploading' | 'downloading' | 'copying' | 'completing'

/** How far a transfer has come. */
export interface TransferProgress extends Progress {
  /** What is being done. */
  phase: TransferPhase
  /** Bytes of those that an earlier run had moved already. */
  resumed: number
  /** Bytes per second, of the time in which bytes move: without pauses, hashing and completing. */
  bytesPerSecond: number
  /** Seconds that the rest will take at this speed, if that is known. */
  secondsLeft?: number | undefined
}

/** Adds up what the parts of a transfer report. */
export interface ProgressMeter {
  enter(phase: TransferPhase): void
  /** So many bytes in all, now that it is known. */
  expect(total: number): void
  /** So many bytes of a part have moved. Fewer than before, as when it is sent again, are no news. */
  move(part: number, bytes: number): void
  /** So many bytes were there before. */
  skip(part: number, bytes: number): void
  latest(): TransferProgress
  /** From here on nothing is to move. */
  pause(): void
  resume(): void
  /** Milliseconds in which bytes could move. */
  movingMs(): number
}

const movingPhases: readonly TransferPhase[] = ['uploading', 'downloading', 'copying']

export function progressMeter(
  report: (progress: TransferProgress) => void,
  firstPhase: TransferPhase,
  now: () => number = Date.now,
): ProgressMeter {
  let countedAt = now()
  let movingMs = 0
  let isPaused = false
  const byPart = new Map<number, number>()
  let phase = firstPhase
  let total: number | undefined
  let transferred = 0
  let resumed = 0

  const countTime = (): number => {
    const before = countedAt
    countedAt = now()
    // Somebody may set the clock back.
    if (!isPaused && movingPhases.includes(phase)) movingMs += Math.max(0, countedAt - before)
    return movingMs
  }

  const latest = (increment = 0): TransferProgress => {
    const seconds = countTime() / 1000
    const bytesPerSecond = seconds > 0 ? (transferred - resumed) / seconds : 0
    const secondsLeft = total !== undefined && bytesPerSecond > 0 ? (total - transferred) / bytesPerSecond : undefined
    return { phase, transferred, total, increment, resumed, bytesPerSecond, secondsLeft }
  }

  const move = (part: number, bytes: number): number => {
    const increment = Math.min(bytes - (byPart.get(part) ?? 0), (total ?? Number.POSITIVE_INFINITY) - transferred)
    if (increment <= 0) return 0
    byPart.set(part, bytes)
    transferred += increment
    return increment
  }

  return {
    enter(next) {
      if (next === phase) return
      countTime()
      phase = next
      report(latest())
    },
    expect(bytes) {
      total = bytes
    },
    move(part, bytes) {
      const increment = move(part, bytes)
      if (increment > 0) report(latest(increment))
    },
    skip(part, bytes) {
      const increment = move(part, bytes)
      resumed += increment
      if (increment > 0) report(latest(increment))
    },
    latest,
    pause() {
      countTime()
      isPaused = true
    },
    resume() {
      countTime()
      isPaused = false
    },
    movingMs: countTime,
  }
}
