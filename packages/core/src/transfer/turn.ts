/** What one transfer of many may do at once. */
export interface Turn {
  /** Before something that takes room: a part, or what comes before and after them. */
  enter(): Promise<void>
  leave(): void
  /** Whether a transfer that comes before this one waits for room. */
  isAwaited(): boolean
  /** Hands the room that was entered to whoever enters next. */
  handOver(): void
}

/** A transfer on its own takes what it likes. */
export const ownTurn: Turn = { enter: async () => {}, leave() {}, isAwaited: () => false, handOver() {} }
