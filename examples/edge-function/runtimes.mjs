/** Starts the gateway in a runtime that npm installed. With one on your PATH, a command of the README is enough. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const require = createRequire(import.meta.url)
const here = fileURLToPath(new URL('.', import.meta.url))

/** @type {Record<string, (port: number) => Promise<string[]>>} */
const commands = {
  workerd: async (port) => {
    await bundle('gateway.mjs', 'dist/gateway.js')
    return [workerdProgram(), 'serve', 'worker.capnp', `--socket-addr=http=127.0.0.1:${port}`, '--control-fd=3']
  },
  deno: async (port) => [
    ...[platformProgram('deno', 'deno'), 'serve', '--no-lock', '--allow-net', '--allow-env'],
    ...['--host=127.0.0.1', `--port=${port}`, 'serve.mjs'],
  ],
  bun: async () => [platformProgram('bun', 'bin/bun'), 'serve.mjs'],
}

export const runtimes = Object.keys(commands)

/**
 * Starts the gateway. What the runtime prints goes to standard error.
 *
 * @param {string} runtime one of `runtimes`
 * @param {Record<string, string>} env the settings of the gateway
 * @param {number} [port] 0 is any. @default 0
 */
export async function startGateway(runtime, env, port = 0) {
  const [program = '', ...args] = (await commands[runtime]?.(port)) ?? []
  const child = spawn(program, args, {
    cwd: here,
    env: { ...process.env, DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1', PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const end = once(child, 'exit')
  child.stdout?.pipe(process.stderr, { end: false })
  child.stderr?.pipe(process.stderr, { end: false })
  const address = await Promise.race([
    ...child.stdio.map(portIn),
    end.then(([code]) => Promise.reject(new Error(`${runtime} ended with ${code} instead of serving`))),
  ])
  return {
    /** As in `http://127.0.0.1:8787`. */
    url: `http://127.0.0.1:${address}`,
    async close() {
      child.kill()
      await end
    },
  }
}

/** workerd tells its port in JSON, the others print an address. @param {unknown} output @returns {Promise<string>} */
function portIn(output) {
  return new Promise((resolve) => {
    if (!output || !Object(output).readable) return
    const lines = createInterface(/** @type {import('node:stream').Readable} */ (output))
    lines.on('line', (line) => {
      const [, port] = /(?:"port":|http:\/\/127\.0\.0\.1:)(\d+)/.exec(line) ?? []
      if (port) resolve(port)
    })
  })
}

/** Makes one file of a module and the packages it imports, as wrangler does. @param {string} from @param {string} to */
async function bundle(from, to) {
  const options = { bundle: true, format: /** @type {const} */ ('esm'), platform: /** @type {const} */ ('neutral') }
  await build({ ...options, absWorkingDir: here, entryPoints: [from], outfile: to, mainFields: ['module', 'main'] })
}

const workerdProgram = () => require('workerd').default

/** The program that a package has in a package of its own for each platform. @param {string} name @param {string} file */
export function platformProgram(name, file) {
  const manifest = require.resolve(`${name}/package.json`)
  const near = createRequire(manifest)
  const { optionalDependencies } = JSON.parse(readFileSync(manifest, 'utf8'))
  for (const candidate of Object.keys(optionalDependencies)) {
    const program = join(folderOf(near, candidate), file)
    if (existsSync(program)) return program
  }
  throw new Error(`${name} has no program for ${process.platform} ${process.arch}`)
}

/** @param {NodeJS.Require} near @param {string} name */
function folderOf(near, name) {
  try {
    return dirname(near.resolve(`${name}/package.json`))
  } catch {
    return ''
  }
}
