/** `npm run size`: what a page loads for a task, minified and gzipped, from the packages as built. Fails above a budget. */

import { SourceMap } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import * as esbuild from 'esbuild'
import { build } from './build.mjs'
import { install } from './install.mjs'
import { flags } from './run.mjs'
import { root } from './workspace.mjs'

/**
 * @typedef {object} Scenario
 * @property {string} name
 * @property {string[]} imports from `@oss-js/browser`
 * @property {string[]} operations names of the operations that may be in it
 * @property {RegExp[]} without source files that may not be in it
 * @property {number} budget gzipped bytes of all that is loaded at start: what a change may not exceed
 * @property {number} goal where the budget is to go
 */

/** @type {Scenario[]} */
const scenarios = [
  {
    name: 'put an object with an STS token',
    imports: ['createClient', 'putObject', 'stsFromUrl'],
    operations: ['PutObject'],
    without: [/\/core\/src\/xml\//, /\/core\/src\/integrity\/md5\.ts$/, /\/@noble\/hashes\//],
    budget: 7584,
    goal: 6144,
  },
]

/** @typedef {{ size: number, gzip: number, text: string, sources: Map<string, number> }} Chunk `sources`: bytes by source file */

const [withSources] = flags('--sources')
await install()
await build()
const operationNames = await namesOfOperations()
const results = await Promise.all(scenarios.map(measure))

/** @param {string} name @param {(string | number)[]} columns */
const row = (name, ...columns) =>
  console.log(name.padEnd(44) + columns.map((column) => String(column).padStart(10)).join(''))
row('', 'min', 'gzip', 'budget', 'goal')
for (const { scenario, start, lazy } of results) {
  row(scenario.name, start.size, start.gzip, scenario.budget, scenario.goal)
  row('  loaded later, if at all', lazy.size, lazy.gzip)
}
if (withSources) for (const { scenario, start } of results) listSources(scenario, start)

const problems = results.flatMap(({ problems }) => problems)
for (const problem of problems) console.error(problem)
const failed = results.filter(({ problems }) => problems.length > 0).length
console.log(`${results.length - failed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0

/** @param {Scenario} scenario */
async function measure(scenario) {
  try {
    const { start, lazy } = await bundle(scenario.imports)
    return { scenario, start, lazy, problems: findProblems(scenario, start) }
  } catch (error) {
    return {
      scenario,
      start: sum([]),
      lazy: sum([]),
      problems: [`${scenario.name}: ${/** @type {Error} */ (error).message}`],
    }
  }
}

/**
 * Bundles as an application does: what the entry needs at once, and what it may load later.
 *
 * @param {string[]} imports
 */
async function bundle(imports) {
  const { outputFiles, metafile, warnings } = await esbuild.build({
    stdin: {
      contents: `import { ${imports.join(', ')} } from '@oss-js/browser'\nglobalThis.used = [${imports.join(', ')}]`,
      resolveDir: join(root, 'packages/browser'),
    },
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    // The packages' own tsconfig.json points at sources; applications have what was built.
    tsconfigRaw: {},
    sourcemap: 'external',
    outdir: join(root, 'bundle'),
    absWorkingDir: root,
    write: false,
    metafile: true,
    logLevel: 'silent',
  })
  if (warnings[0]) throw new Error(warnings[0].text)
  const textOf = new Map(outputFiles.map(({ path, text }) => [path, text]))
  const paths = Object.keys(metafile.outputs).filter((path) => path.endsWith('.js'))
  const entry = paths.filter((path) => metafile.outputs[path]?.entryPoint === '<stdin>')
  const atStart = new Set(entry)
  // A set that grows while it is walked is walked to its end.
  for (const path of atStart) {
    for (const { path: imported, kind } of metafile.outputs[path]?.imports ?? []) {
      if (kind === 'import-statement') atStart.add(imported)
    }
  }
  /** @param {string} path */
  const chunk = (path) => {
    const absolute = join(root, path)
    return chunkOf(textOf.get(absolute) ?? '', textOf.get(`${absolute}.map`) ?? '{}')
  }
  return {
    start: sum(paths.filter((path) => atStart.has(path)).map(chunk)),
    lazy: sum(paths.filter((path) => !atStart.has(path)).map(chunk)),
  }
}

/** @param {string} text @param {string} map @returns {Chunk} */
function chunkOf(text, map) {
  const sourceMap = new SourceMap(JSON.parse(map))
  const sources = new Map()
  for (const [line, content] of text.split('\n').entries()) {
    for (let column = 0; column < content.length; column++) {
      const entry = sourceMap.findEntry(line, column)
      const source = 'originalSource' in entry ? entry.originalSource : ''
      sources.set(source, (sources.get(source) ?? 0) + 1)
    }
  }
  return { size: Buffer.byteLength(text), gzip: gzipSync(text, { level: 9 }).length, text, sources }
}

/** @param {Chunk[]} chunks @returns {Chunk} */
function sum(chunks) {
  return {
    size: chunks.reduce((total, { size }) => total + size, 0),
    gzip: chunks.reduce((total, { gzip }) => total + gzip, 0),
    text: chunks.map(({ text }) => text).join('\n'),
    sources: new Map(chunks.flatMap(({ sources }) => [...sources])),
  }
}

/** @param {Scenario} scenario @param {Chunk} start @returns {string[]} */
function findProblems({ name, budget, operations, without }, start) {
  const tooLarge = start.gzip > budget ? [`${start.gzip} bytes, the budget is ${budget}`] : []
  const others = operationNames
    .filter((operation) => !operations.includes(operation))
    .filter((operation) => new RegExp(`["'\`]${operation}["'\`]`).test(start.text))
    .map((operation) => `holds the operation ${operation}`)
  const unwanted = [...start.sources]
    .filter(([source]) => without.some((pattern) => pattern.test(source)))
    .map(([source, bytes]) => `holds ${bytes} bytes of ${source}`)
  return [...tooLarge, ...others, ...unwanted].map((problem) => `${name}: ${problem}`)
}

/** Names in the OSS API reference of all that core exports. @returns {Promise<string[]>} */
async function namesOfOperations() {
  const core = await import(pathToFileURL(join(root, 'packages/core/dist/index.js')).href)
  return Object.values(core)
    .map((value) => value?.definition?.name)
    .filter((name) => typeof name === 'string')
}

/** @param {Scenario} scenario @param {Chunk} start */
function listSources({ name }, { sources }) {
  console.log(`\n${name}, minified bytes by source file`)
  for (const [source, bytes] of [...sources].sort(([, one], [, other]) => other - one)) {
    console.log(
      `${String(bytes).padStart(8)}  ${source.slice(Math.max(0, source.lastIndexOf('packages/'), source.lastIndexOf('node_modules/')))}`,
    )
  }
}
