import type { TransferTask } from '@oss-js/core'

/** Pauses a task while the browser is offline, from its start on if need be. What somebody else paused stays so. */
export function pausedOffline<T>(task: TransferTask<T>): TransferTask<T> {
  let isPausedHere = false
  const own = { pause: task.pause.bind(task), resume: task.resume.bind(task) }
  const pause = () => {
    isPausedHere ||= task.state === 'running'
    own.pause()
  }
  const resume = () => {
    if (isPausedHere) own.resume()
    isPausedHere = false
  }
  // What somebody asks for while there is no network holds when it is back.
  for (const name of ['pause', 'resume'] as const) {
    task[name] = () => {
      isPausedHere = false
      own[name]()
    }
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
