/** Finds the Chromium that the browser tests run in; run by itself, installs it where that is possible. */

import { existsSync } from 'node:fs'
import { fail, isProgram, run } from './run.mjs'

const usualPaths = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** The executable's path: CHROMIUM_PATH, or the first of the usual ones that exists. @returns {string | undefined} */
export function findChromium() {
  const chosen = process.env.CHROMIUM_PATH
  if (chosen) return existsSync(chosen) ? chosen : undefined
  return usualPaths.find((path) => existsSync(path))
}

/** Installs Debian's package if there is no Chromium and this user may. Ends the process with one line otherwise. */
export async function ensureChromium() {
  if (findChromium()) return
  if (process.env.CHROMIUM_PATH) fail(`CHROMIUM_PATH names no file: ${process.env.CHROMIUM_PATH}`)
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Installing Chromium ...')
    const env = { DEBIAN_FRONTEND: 'noninteractive' }
    const update = await run('apt-get', ['update'], { quiet: true, env })
    const added = await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], { quiet: true, env })
    if (findChromium()) return
    console.error(update.output + added.output)
  }
  fail(
    'Chromium is needed for the browser tests: install it (Debian: `sudo apt-get install chromium`) or set CHROMIUM_PATH.',
  )
}

if (isProgram(import.meta)) await ensureChromium()
