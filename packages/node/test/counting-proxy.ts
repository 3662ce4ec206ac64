import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Passes connections on to a port of this machine, and counts the bytes that come back, all that HTTP adds included. */
export async function countingProxy(port: number) {
  const sockets = new Set<Socket>()
  let received = 0
  const server = createServer((downstream) => {
    const upstream = connect(port, '127.0.0.1')
    for (const socket of [upstream, downstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        upstream.destroy()
        downstream.destroy()
      })
    }
    upstream.on('data', ({ length }: Buffer) => {
      received += length
    })
    downstream.pipe(upstream).pipe(downstream)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: () => received,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
