/** The smoke scenario in one file for each kind of runtime. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const require = createRequire(import.meta.url)
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const core = here('../../packages/core/dist/index.js')
const browser = here('../../packages/browser/dist/index.js')
const streaming = here('../../packages/core/dist/streaming.js')

/** Bundles `program.mjs`, `worker.mjs` or `page.mjs` with the built packages into one file of a folder. */
export async function bundle(name: 'program' | 'worker' | 'page', folder: string): Promise<string> {
  if (![core, browser].every(existsSync)) throw new Error('the packages are not built: npm run build')
  const outfile = join(folder, `${name}.js`)
  await build({
    entryPoints: [here(`${name}.mjs`)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    alias: { '@oss-js/core/streaming': streaming, '@oss-js/core': core, '@oss-js/browser': browser },
    nodePaths: [here('../../packages/core/node_modules')],
  })
  return outfile
}

export const workerdProgram = (): string => require('workerd').default
