/** Runs other programs, and ends with them. */

import { spawn } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { root } from './workspace.mjs'

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd] default: the root of the repository
 * @property {Record<string, string>} [env] on top of this process's own
 * @property {boolean} [quiet] collect what the program prints instead of passing it on
 */

/**
 * Runs a program to its end. A program that cannot be started counts as one that failed.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ code: number, output: string }>} `output` is empty unless `quiet`
 */
export function run(command, args, { cwd = root, env = {}, quiet = false } = {}) {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
  })
  const stop = () => child.kill()
  /** @param {NodeJS.Signals} signal */
  const passOn = (signal) => {
    child.kill(signal)
    process.exit(signal === 'SIGINT' ? 130 : 143)
  }
  process.once('exit', stop).once('SIGINT', passOn).once('SIGTERM', passOn)

  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => {
      output += text
    })
  }
  return new Promise((resolve) => {
    /** @param {number} code */
    const settle = (code) => {
      process.off('exit', stop).off('SIGINT', passOn).off('SIGTERM', passOn)
      resolve({ code, output })
    }
    child.once('error', (error) => {
      output += error.message
      settle(127)
    })
    child.once('close', (code) => settle(code ?? 1))
  })
}

/**
 * Runs the command-line program of an installed tool with this very Node, whatever PATH says.
 *
 * @param {string} tool package name, or `package/program` where they differ
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
export function runTool(tool, args, options) {
  return run(process.execPath, [programPath(tool), ...args], options)
}

/** @param {string} tool */
function programPath(tool) {
  const [name, program] = tool.startsWith('@') ? [tool, undefined] : tool.split('/')
  const manifestPath = join(root, 'node_modules', name ?? tool, 'package.json')
  const { bin } = createRequire(import.meta.url)(manifestPath)
  const path = typeof bin === 'string' ? bin : (bin[program ?? name ?? tool] ?? Object.values(bin)[0])
  return join(dirname(manifestPath), path)
}

/**
 * Whether Node was started with this module, rather than with one that imports it.
 *
 * @param {ImportMeta} module
 */
export const isProgram = (module) => process.argv[1] !== undefined && realpathSync(process.argv[1]) === module.filename

/**
 * Whether each flag that a script knows was given to it. Ends the process with one line if anything else was.
 *
 * @param {string[]} known
 * @returns {boolean[]}
 */
export function flags(...known) {
  const given = process.argv.slice(2)
  const unknown = given.find((argument) => !known.includes(argument))
  if (unknown !== undefined) fail(`${unknown}: unknown. This script takes ${known.join(', ') || 'no arguments'}.`)
  return known.map((flag) => given.includes(flag))
}

/**
 * Ends this process with one clear line.
 *
 * @param {string} line
 * @returns {never}
 */
export function fail(line) {
  console.error(line)
  process.exit(1)
}
