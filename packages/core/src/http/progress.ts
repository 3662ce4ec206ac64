import { tellListener } from '../tell-listener.ts'

/** How far a call has come. */
export interface Progress {
  /** Bytes so far; never fewer than before, even when a failed attempt starts again. */
  transferred: number
  /** Bytes in all, if known. */
  total?: number | undefined
  /** Bytes since the last report. */
  increment: number
}

/** Turns the bytes of each attempt into reports that only go forward. */
export function progressReporter(
  onProgress: ((progress: Progress) => void) | false | undefined,
  total: number | undefined,
): ((transferred: number) => void) | undefined {
  if (!onProgress) return undefined
  let reported = 0
  return (transferred) => {
    const increment = Math.min(transferred, total ?? transferred) - reported
    if (increment <= 0) return
    reported += increment
    tellListener(onProgress, { transferred: reported, total, increment })
  }
}
