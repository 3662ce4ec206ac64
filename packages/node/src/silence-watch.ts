/** Tells when nothing has moved for too long. */
export interface SilenceWatch {
  /** Allows this many milliseconds from this moment; `silence` then says what did not happen. */
  expect(milliseconds: number, silence: string): void
  /** Nothing is expected, however long it takes. */
  pause(): void
}

export function watchSilence(onSilence: (silence: string) => void): SilenceWatch {
  let timer: NodeJS.Timeout | undefined
  return {
    expect(milliseconds, silence) {
      clearTimeout(timer)
      timer = setTimeout(() => onSilence(`${silence} for ${Math.round(milliseconds)} ms`), milliseconds)
    },
    pause: () => clearTimeout(timer),
  }
}
