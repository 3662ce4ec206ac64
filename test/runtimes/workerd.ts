import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { workerdProgram } from './programs.ts'

/** A Worker that answers requests. */
export interface Workerd {
  /** As in `http://127.0.0.1:4711/`. */
  url: string
  close(): Promise<void>
}

/** Starts workerd with the Worker in `worker.js` of a folder, which may reach this machine. */
export async function startWorkerd(folder: string): Promise<Workerd> {
  await copyFile(fileURLToPath(new URL('worker.capnp', import.meta.url)), join(folder, 'worker.capnp'))
  const workerd = spawn(workerdProgram(), ['serve', 'worker.capnp', '--control-fd=3'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  })
  const [line] = await once(createInterface(workerd.stdio[3] as Readable), 'line')
  return {
    url: `http://127.0.0.1:${JSON.parse(line).port}/`,
    async close() {
      workerd.kill()
      if (workerd.exitCode === null && workerd.signalCode === null) await once(workerd, 'exit')
    },
  }
}
