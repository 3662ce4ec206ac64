/** Closes a file at the end of the block that has it in `await using`, where the runtime knows that. */
export function closeWhenDisposed(file: { close(): Promise<void> }): void {
  if (Symbol.asyncDispose) Object.defineProperty(file, Symbol.asyncDispose, { value: () => file.close() })
}
