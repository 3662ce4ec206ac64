/**
 * `npm run soak`: what `npm test` shows a slice of, for as long as it takes. Arguments go to vitest; the environment variable
 * OSS_SEED chooses what happens.
 */

import { install } from './install.mjs'
import { runTool } from './run.mjs'

/** Each is a folder of tests that take their time when OSS_SOAK is set. */
const places = ['packages/emulator/test/soak']

await install()
const { code } = await runTool('vitest', ['run', '--project', 'node', ...places, ...process.argv.slice(2)], {
  env: { OSS_SOAK: '1' },
})
process.exitCode = code
