/** The body of an answer before it is known who reads it: an operation's document, an error's, or the caller. */
export interface UnreadBody {
  /** Whether somebody took it. */
  readonly isTaken: boolean
  take(): ReadableStream<Uint8Array> | null
  /** Takes all of it, as UTF-8. */
  text(): Promise<string>
}

export function unreadBody(stream: ReadableStream<Uint8Array> | null): UnreadBody {
  const body = {
    isTaken: false,
    take() {
      body.isTaken = true
      return stream
    },
    text: () => new Response(body.take()).text(),
  }
  return body
}
