/** `npm run check`: types, format, lint, arrows, the packages as built. Prints what failed, and counts. */

import { existsSync, readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, relative } from 'node:path'
import { build } from './build.mjs'
import { findWrongArrows } from './check-arrows.mjs'
import { findImpurities } from './check-core-purity.mjs'
import { findDeclarationProblems } from './check-declarations.mjs'
import { install } from './install.mjs'
import { flags, runTool } from './run.mjs'
import { entries, packages, root } from './workspace.mjs'

/** @typedef {{ name: string, problems: () => Promise<string> }} Check `problems` is empty when all is well */

flags()
await install()
await build()

/** @param {string} name @param {string} tool @param {string[]} args @param {string} [cwd] @returns {Check} */
const toolCheck = (name, tool, args, cwd = root) => ({
  name,
  problems: async () => {
    const { code, output } = await runTool(tool, args, { cwd, quiet: true })
    return code === 0 ? '' : output.trim() || `exit code ${code}`
  },
})

/** @param {string} name @param {() => string[]} find @returns {Check} */
const ownCheck = (name, find) => ({ name, problems: async () => find().join('\n') })

/** Folders with a tsconfig.json of their own. @returns {string[]} */
function projects() {
  const examples = join(root, 'examples')
  return [
    root,
    ...packages().map(({ directory }) => directory),
    ...readdirSync(examples).map((name) => join(examples, name)),
  ].filter((directory) => existsSync(join(directory, 'tsconfig.json')))
}

/** Entries that CommonJS cannot have. @param {import('./workspace.mjs').Package} one */
const importedAlone = (one) =>
  entries(one)
    .filter(({ isRequirable }) => !isRequirable)
    .map(({ name }) => name)

const checks = [
  toolCheck('format and lint', '@biomejs/biome', [
    'check',
    '--error-on-warnings',
    '--max-diagnostics=100',
    '--colors=off',
  ]),
  ...projects().map((directory) =>
    toolCheck(`types of ${relative(root, directory) || 'tests and scripts'}`, 'typescript/tsc', ['-p', directory]),
  ),
  ...packages().flatMap((one) => [
    toolCheck(`${one.name} as a package`, 'publint', ['run', '--strict', '--pack', 'npm', one.directory]),
    toolCheck(`${one.name} as types`, '@arethetypeswrong/cli', [
      ...['--pack', one.directory, '--profile', 'node16', '--no-color'],
      ...importedAlone(one).flatMap((name) => ['--exclude-entrypoints', name]),
    ]),
  ]),
  ownCheck('arrows between packages and rooms', findWrongArrows),
  ownCheck('core is the same everywhere', findImpurities),
  ownCheck('declarations as built', findDeclarationProblems),
]

let failed = 0
const waiting = [...checks]
const next = async () => {
  for (let check = waiting.shift(); check; check = waiting.shift()) {
    const problems = await check.problems()
    if (problems) failed += 1
    console.log(problems ? `FAILED  ${check.name}\n${problems}\n` : `ok      ${check.name}`)
  }
}
await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, next))
console.log(`${checks.length - failed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
