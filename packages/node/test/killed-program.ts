/** Programs that are killed at moments which a seed decides, and seen to go on. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Emulator, FaultRequest } from '@oss-js/emulator'
import { expect } from 'vitest'
import { configOf } from './emulated.ts'

const built = fileURLToPath(new URL('../dist/index.js', import.meta.url))

/** A program that runs again and again. */
export interface KilledProgram {
  /** What replays the moments, as failures tell it. */
  readonly told: string
  /**
   * Runs it with these arguments behind the client's config. If it `mayBeKilled`, that happens a few milliseconds after a random
   * request of the first `within`, or after it has told that it begins. Resolves to whether it was, and how many requests it made.
   */
  run(args: readonly string[], within: number, mayBeKilled: boolean): Promise<{ wasKilled: boolean; requests: number }>
}

/** @param isSlow told of every request, and says which take a while, so that there is time to be killed in */
export function killedProgram(
  emulator: Emulator,
  file: string,
  isSlow: (request: FaultRequest) => boolean,
): KilledProgram {
  if (!existsSync(built)) throw new Error('the packages are not built: npm run build')
  const program = fileURLToPath(new URL(`./programs/${file}`, import.meta.url))
  const seed = Number(process.env.OSS_SEED ?? Date.now() % 1_000_000)
  const told = `OSS_SEED=${seed}`
  console.log(told)
  const random = randomFrom(seed)
  let onRequest = () => {}
  emulator.faults.add({
    match(request) {
      onRequest()
      return isSlow(request)
    },
    times: 'always',
    delayMs: 2,
  })
  return {
    told,
    async run(args, within, mayBeKilled) {
      const child = fork(program, [JSON.stringify(configOf(emulator)), ...args])
      const ended = once(child, 'exit')
      const last = Math.floor(random() * within)
      const delayMs = random() * 5
      let requests = 0
      const kill = () => void (mayBeKilled && setTimeout(() => child.kill('SIGKILL'), delayMs))
      onRequest = () => {
        requests += 1
        if (requests === last) kill()
      }
      if (last === 0) child.once('message', kill)
      const [code, signal] = await ended
      onRequest = () => {}
      expect(signal ?? code, told).toSatisfy((how) => how === 'SIGKILL' || how === 0)
      return { wasKilled: signal !== null, requests }
    },
  }
}

function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}
