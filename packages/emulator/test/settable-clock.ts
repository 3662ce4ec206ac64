/** A clock that stands still until it is moved. */
export function settableClock(start: string) {
  let now = new Date(start)
  return {
    now: (): Date => now,
    set(time: string): void {
      now = new Date(time)
    },
    advanceSeconds(seconds: number): void {
      now = new Date(now.getTime() + seconds * 1000)
    },
  }
}
