import type { TransferTask } from '@oss-js/core'

/** Pauses a task while the browser is offline, from its start on if need be. What somebody else paused stays so. */
export function pausedOffline<T>(task: TransferTask<T>): TransferTask<T> {
  let isPausedHere = false
  const pause = () => {
    isPausedHere ||= task.state === 'running'
    task.pause()
  }
  const resume = () => {
    if (isPausedHere) task.resume()
    isPausedHere = false
  }
  if (!navigator.onLine) pause()
  addEventListener('offline', pause)
  addEventListener('online', resume)
  const forget = () => {
    removeEventListener('offline', pause)
    removeEventListener('online', resume)
  }
  task.then(forget, forget)
  return task
}
