/** The time that an emulator goes by. */
export interface EmulatorClock {
  now(): Date
  /** Makes it this time; from then on the clock goes on as before. */
  set(time: Date): void
  /** Moves the clock forward by so many seconds, back if negative. */
  advanceSeconds(seconds: number): void
}

/** Puts a clock that can be moved over another. */
export function movableClock(base: () => Date): EmulatorClock & { reset(): void } {
  let offsetMs = 0
  return {
    now: () => new Date(base().getTime() + offsetMs),
    set(time) {
      offsetMs = time.getTime() - base().getTime()
    },
    advanceSeconds(seconds) {
      offsetMs += seconds * 1000
    },
    reset() {
      offsetMs = 0
    },
  }
}
