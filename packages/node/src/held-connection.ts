import type { Socket } from 'node:net'
import { buildConnector } from 'undici'

/** A connection whose bytes can be made to wait in its socket. */
export interface HeldConnection {
  /** No further byte is read, nor the end of the connection seen, until `release`. */
  hold(): void
  /** Bytes are read as they come. */
  release(): void
}

/** The connections of one transport. */
export interface HeldConnections {
  /** The one whose bytes undici is parsing at this moment. */
  readonly current: HeldConnection | undefined
  /** Makes connections as `connect` says, which is undici's own connector or the options of one. */
  connector(connect: buildConnector.connector | buildConnector.BuildOptions | undefined): buildConnector.connector
}

/**
 * Makes connections that can be held. undici's own `pause` does not do: when the other side closes a connection whose answer
 * is paused, undici 7 throws where nobody can catch it, and the process ends.
 *
 * @see {@link https://github.com/nodejs/undici/issues/5360 Uncatchable AssertionError on socket end}
 */
export function heldConnections(): HeldConnections {
  let current: HeldConnection | undefined
  const become = (connection: HeldConnection) => {
    current = connection
  }
  return {
    get current() {
      return current
    },
    connector(connect) {
      const open = typeof connect === 'function' ? connect : buildConnector(connect)
      return (options, callback) =>
        open(options, (...outcome) => {
          const [, socket] = outcome
          if (socket) holdable(socket, become)
          callback(...outcome)
        })
    },
  }
}

/** undici reads its socket when told that it is readable, and parses what it read at once. */
function holdable(socket: Socket, onRead: (connection: HeldConnection) => void): void {
  const read = socket.read.bind(socket)
  let isHeld = false
  const connection: HeldConnection = {
    hold() {
      isHeld = true
    },
    release() {
      if (!isHeld) return
      isHeld = false
      // Not at once, as this may be called from within the parser.
      setImmediate(() => socket.emit('readable'))
    },
  }
  socket.read = (size) => {
    if (isHeld) return null
    onRead(connection)
    return read(size)
  }
}
