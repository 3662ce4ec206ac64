/** `npm start`: installs and builds what is missing, then runs the browser upload example. Arguments go to the example. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from './build.mjs'
import { install } from './install.mjs'
import { fail } from './run.mjs'
import { root } from './workspace.mjs'

const server = join(root, 'examples/browser-upload/server.mjs')

await install()
await build()
if (!existsSync(server)) fail(`The example is missing: ${server}`)
// In this process: its exit code, its signals and its children are then the example's own.
process.argv[1] = server
await import(pathToFileURL(server).href)
