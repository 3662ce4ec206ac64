import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isLocked, whileLocked } from '../src/lock-file.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oss-js-lock-'))
  path = join(folder, 'lock')
})
afterEach(() => rm(folder, { recursive: true }))

const { signal } = new AbortController()

test('what a process left behind that is gone is taken over by one at a time', async () => {
  await writeFile(path, `${spawnSync(process.execPath, ['--version']).pid} ${hostname()} left-behind`)
  let running = 0
  let most = 0
  const run = async () => {
    running += 1
    most = Math.max(most, running)
    expect(existsSync(path)).toBe(true)
    running -= 1
  }

  await Promise.all(Array.from({ length: 20 }, () => whileLocked(path, new AbortController().signal, run)))

  expect(most).toBe(1)
  expect(await readdir(folder)).toEqual([])
})

test('a process of another machine is waited for until it ends, or the waiting is ended', async () => {
  await writeFile(path, '1 elsewhere its-own')
  const ending = new AbortController()

  const ended = whileLocked(path, ending.signal, async () => 'never')
  const waited = whileLocked(path, signal, async (hasWaited) => hasWaited)
  ending.abort('enough')
  await expect(ended).rejects.toBe('enough')
  await rm(path)

  expect(await waited).toBe(true)
  expect(await readdir(folder)).toEqual([])
})

test('a process of another machine is at work as long as it touches its file', async () => {
  await writeFile(path, '1 elsewhere its-own')
  expect(await isLocked(path)).toBe(true)

  const minuteAgo = new Date(Date.now() - 60_000)
  await utimes(path, minuteAgo, minuteAgo)

  expect(await isLocked(path)).toBe(false)
  expect(await readdir(folder)).toEqual([])
})

test('what runs may fail, and runs unlocked where there can be no file', async () => {
  await expect(whileLocked(join(folder, 'a'), signal, () => Promise.reject(new Error('mine')))).rejects.toThrow('mine')
  expect(await whileLocked(join(folder, 'missing', 'a'), signal, async (hasWaited) => hasWaited)).toBe(false)

  expect(await readdir(folder)).toEqual([])
})
