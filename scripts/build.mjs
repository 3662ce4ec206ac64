/** Builds the packages whose sources are newer than their `dist`. `--force` builds them all. */

import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { alone } from './alone.mjs'
import { install } from './install.mjs'
import { fail, flags, isProgram, runTool } from './run.mjs'
import { buildOrder, builtFiles, root } from './workspace.mjs'

/** @typedef {import('./workspace.mjs').Package} Package */

const sharedSources = [
  'rollup.config.mjs',
  'tsconfig.base.json',
  'pnpm-lock.yaml',
  'scripts/workspace.mjs',
  'scripts/pure-calls.mjs',
  'scripts/field-docs.mjs',
  'scripts/namespace-docs.mjs',
]

/** Ends the process with the compiler's words if a package does not build. @param {{ force?: boolean }} [options] */
export const build = ({ force = false } = {}) => alone(() => buildStale(force))

/** @param {boolean} force */
async function buildStale(force) {
  let newest = Math.max(...sharedSources.map((path) => newestChange(join(root, path))))
  for (const group of buildOrder()) {
    newest = Math.max(newest, ...group.map(sourcesChangedAt))
    const stale = group.filter((one) => force || newest > builtAt(one))
    const failures = (await Promise.all(stale.map(buildPackage))).filter((failure) => failure !== undefined)
    if (failures.length > 0) fail(failures.join('\n'))
  }
}

/** @param {Package} one @returns {Promise<string | undefined>} what went wrong */
async function buildPackage({ name, directory }) {
  console.log(`Building ${name} ...`)
  // One file a module: what was renamed or removed would stay, and be published.
  rmSync(join(directory, 'dist'), { recursive: true, force: true })
  const { code, output } = await runTool('rollup', ['-c', join(root, 'rollup.config.mjs'), '--silent'], {
    cwd: directory,
    quiet: true,
  })
  return code === 0 ? undefined : `${output}\n${name} does not build: see above.`
}

/** @param {Package} one */
function sourcesChangedAt({ directory }) {
  return Math.max(...['src', 'package.json', 'tsconfig.json'].map((path) => newestChange(join(directory, path))))
}

/** When the oldest file that users get was written; -Infinity if one is missing. @param {Package} one */
function builtAt(one) {
  return Math.min(...builtFiles(one).map((path) => (existsSync(path) ? statSync(path).mtimeMs : -Infinity)))
}

/** Folders count too: theirs is the only time that changes when a file is removed. @param {string} path @returns {number} */
function newestChange(path) {
  const status = statSync(path)
  if (!status.isDirectory()) return status.mtimeMs
  return Math.max(status.mtimeMs, ...readdirSync(path).map((name) => newestChange(join(path, name))))
}

if (isProgram(import.meta)) {
  const [force = false] = flags('--force')
  await install()
  await build({ force })
}
