/** `npm run docs`: installs what is missing, writes the API reference to docs/api. Arguments go to typedoc. */

import { install } from './install.mjs'
import { runTool } from './run.mjs'

await install()
const { code } = await runTool('typedoc', process.argv.slice(2))
process.exitCode = code
