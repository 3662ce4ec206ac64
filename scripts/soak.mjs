/**
 * `npm run soak`: what `npm test` shows a slice of, for as long as it takes. Seeded schedules of faults in Node and in Chromium,
 * processes killed again and again, 20 GiB up and down, 1000 transfers that leave no memory behind, and an
 * emulator that is kept busy.
 *
 * `--seeds N` schedules, 1000 unless told, from `--seed S` on; `--seed S` alone runs that one again. Further arguments go to
 * vitest: `npm run soak -- --seed 42 -t uploads`.
 */

import { parseArgs } from 'node:util'
import { build } from './build.mjs'
import { ensureChromium } from './chromium.mjs'
import { install } from './install.mjs'
import { fail, runTool } from './run.mjs'

const { values, tokens } = parseArgs({
  options: { seeds: { type: 'string' }, seed: { type: 'string' } },
  strict: false,
  tokens: true,
})
const seed = number('seed', values.seed) ?? 1
const seeds = number('seeds', values.seeds) ?? (values.seed === undefined ? 1000 : 1)
const ours = tokens.flatMap((token) =>
  token.kind === 'option' && ['seeds', 'seed'].includes(token.name)
    ? [token.index, ...(token.inlineValue === false ? [token.index + 1] : [])]
    : [],
)
const passedOn = process.argv.slice(2).filter((_, index) => !ours.includes(index))

await install()
await ensureChromium()
await build()
/** Tests that take their time when they are told to. */
const files = [
  'packages/emulator/test/soak',
  'test/faults',
  ...['uploader', 'downloader', 'copier'].map((name) => `packages/node/test/${name}`),
]
console.log(`seeds ${seed} to ${seed + seeds - 1}`)
const { code } = await runTool('vitest', ['run', '--project', 'node', ...files, ...passedOn], {
  env: {
    OSS_SEED: String(seed),
    OSS_SEEDS: String(seeds),
    OSS_TRANSFER_BYTES: String(20 * 2 ** 30),
    OSS_TRANSFERS: '1000',
    OSS_KILLS: '20',
    OSS_SOAK: '1',
  },
})
process.exitCode = code

/**
 * @param {string} name
 * @param {string | boolean | undefined} value
 */
function number(name, value) {
  if (value === undefined) return undefined
  const parsed = Number(value)
  return typeof value === 'string' && Number.isSafeInteger(parsed) && parsed > 0
    ? parsed
    : fail(`--${name}: a whole number above 0`)
}
