/** Installs the workspace's dependencies, if they are not what pnpm-lock.yaml says. Needs only Node.js and npm. */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { alone } from './alone.mjs'
import { fail, isProgram, run } from './run.mjs'
import { readManifest, root } from './workspace.mjs'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

/** Does nothing, and needs no network, when all is installed. Ends the process with one line if it cannot install. */
export async function install() {
  if (major < 20 || (major === 20 && minor < 19)) fail(`Node.js 20.19 or newer is needed, this is ${process.version}.`)
  if (!isInstalled()) await alone(installMissing)
}

async function installMissing() {
  if (isInstalled()) return
  console.log('Installing dependencies ...')
  // The hash after the version is corepack's business.
  const [pnpm] = /** @type {{ packageManager: string }} */ (
    /** @type {unknown} */ (readManifest(root))
  ).packageManager.split('+')
  const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx'
  const { code, output } = await run(npx, ['-y', String(pnpm), 'install', '--frozen-lockfile'], {
    quiet: true,
    // Without it pnpm stops to ask before it replaces a node_modules folder.
    env: { CI: 'true' },
  })
  if (code === 127) fail('npm is needed: it comes with Node.js, but `npx` is not on the PATH.')
  if (code !== 0) fail(`${output}\nThe dependencies could not be installed: see above.`)
}

/** pnpm leaves a copy of the lock file it installed from, as its last act. */
function isInstalled() {
  const installed = join(root, 'node_modules/.pnpm/lock.yaml')
  return existsSync(installed) && text(installed) === text(join(root, 'pnpm-lock.yaml'))
}

/** @param {string} path */
const text = (path) => readFileSync(path, 'utf8').replaceAll('\r\n', '\n')

if (isProgram(import.meta)) await install()
