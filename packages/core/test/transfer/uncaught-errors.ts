/** Collects the errors that nobody catches, instead of the test runner, until it is disposed of. */
export function uncaughtErrors() {
  const messages: string[] = []
  const before = process.listeners('uncaughtException')
  const collect = (error: Error) => void messages.push(error.message)
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', collect)
  return {
    messages,
    async [Symbol.asyncDispose]() {
      process.off('uncaughtException', collect)
      for (const listener of before) process.on('uncaughtException', listener)
    },
  }
}
