import { test as base, type TestAPI } from 'vitest'
import { type Emulator, startEmulator } from './emulator.ts'
import type { EmulatorOptions } from './settings.ts'

/** What a test gets: `test('…', async ({ emulator }) => …)`. */
export interface EmulatorFixtures {
  /** A running emulator, as empty as at its start. */
  emulator: Emulator
}

/** How tests get their emulator. */
export interface EmulatorTestOptions extends EmulatorOptions {
  /**
   * `file`: one emulator serves the tests of a file, reset before each. `test`: each test has its own, as tests that run
   * at the same time need. @default 'file'
   */
  readonly scope?: 'file' | 'test'
}

/**
 * Makes a `test` of vitest whose tests get an emulator, started when the first of them asks for it.
 *
 * @example
 * const test = emulatorTest({ seed: 1 })
 * test('a missing object is 404', async ({ emulator }) => {
 *   await readMissing(emulator.endpoint)
 *   expect(emulator.journal.last()).toMatchObject({ operation: 'GetObject', status: 404 })
 * })
 */
export function emulatorTest(options: EmulatorTestOptions = {}): TestAPI<EmulatorFixtures> {
  const { scope = 'file', ...rest } = options
  if (scope === 'test') {
    return base.extend<EmulatorFixtures>({
      // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which fixtures are needed
      emulator: async ({}, use) => {
        await using emulator = await startEmulator(rest)
        await use(emulator)
      },
    })
  }
  return base.extend<EmulatorFixtures & { sharedEmulator: Emulator }>({
    sharedEmulator: [
      // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which fixtures are needed
      async ({}, use) => {
        await using emulator = await startEmulator(rest)
        await use(emulator)
      },
      { scope: 'file' },
    ],
    emulator: async ({ sharedEmulator }, use) => {
      await sharedEmulator.reset()
      await use(sharedEmulator)
    },
  })
}

/** A `test` of vitest whose tests get an emulator with the default options, reset before each. */
export const test: TestAPI<EmulatorFixtures> = emulatorTest()
