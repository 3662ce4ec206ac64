/**
 * Prints, at the end of a run, how many of the recorded facts about the service were compared: the wire suite by client, the
 * vectors by file. Only what ran is counted, and it is counted by its case: one that two tests are about is one.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './workspace.mjs'

/** @typedef {{ file: string, suite: string, title: string, state: string }} Outcome one test: its file, what it stands in, its name */
/** @typedef {{ kind: string, client: string, group: string, id: string }} WireCase */
/** @typedef {{ what: string, cases: number, compared: number, failing: number }} Count */

const tests = join(root, 'packages/core/test')
const facts = join(tests, 'conformance')
const kinds = ['requests', 'responses', 'errors', 'validation']
const clients = ['main', 'vectors', 'tables', 'dataprocess']

/** @param {string} path */
const read = (path) => JSON.parse(readFileSync(join(facts, path), 'utf8'))

/** @param {string} folder */
const filesOf = (folder) => readdirSync(join(facts, folder)).filter((name) => name.endsWith('.json'))

/** A vitest reporter. */
export default class ConformanceReporter {
  /** @param {ReadonlyArray<import('vitest/node').TestModule>} modules */
  onTestRunEnd(modules) {
    const outcomes = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => ({
        file: module.moduleId,
        suite: test.parent.type === 'suite' ? test.parent.name : '',
        title: test.name,
        state: test.result().state,
      })),
    )
    const lines = conformanceLines(outcomes)
    if (lines.length > 0) console.log(`${lines.join('\n')}\n`)
  }
}

/** What there is to say about a run; nothing if it was about something else. @param {Outcome[]} outcomes @returns {string[]} */
export function conformanceLines(outcomes) {
  const wire = wireCounts(outcomes)
  const vectors = vectorCounts(outcomes)
  return [
    ...(wire.length > 0 ? ['Wire conformance, cases compared', ...wire.map(lineOf)] : []),
    ...(vectors.length > 0 ? ['Vectors, cases compared', ...vectors.map(lineOf)] : []),
  ]
}

/** @param {Count} count */
const lineOf = ({ what, cases, compared, failing }) =>
  `  ${what.padEnd(26)} ${String(compared).padStart(4)} of ${String(cases).padStart(4)}, ${failing} failing`

/** By kind and client, and the sum of each kind and of all. @param {Outcome[]} outcomes @returns {Count[]} */
function wireCounts(outcomes) {
  const cases = wireCases()
  const counted = kinds.map((kind) => {
    const found = outcomesIn(outcomes, join(tests, 'wire', `${kind}.test.ts`))
    const each = clients.map((client) => {
      const known = cases.filter((one) => one.kind === kind && one.client === client)
      return countOf(`${kind}, ${client}`, known, (one) => found.filter((outcome) => isAbout(outcome, one)))
    })
    return { ran: found.length > 0, each, sum: sumOf(kind, each) }
  })
  const ran = counted.filter((one) => one.ran)
  const sums = ran.map(({ sum }) => sum)
  if (ran.length === 0) return []
  return [...ran.flatMap(({ each, sum }) => [...each.filter(({ cases }) => cases > 0), sum]), sumOf('all', sums)]
}

/** @returns {WireCase[]} */
function wireCases() {
  return filesOf('wire').flatMap((name) => {
    const file = read(`wire/${name}`)
    return kinds.flatMap((kind) =>
      (file[kind] ?? []).map((/** @type {{ id: string, client?: string }} */ { id, client }) => ({
        kind,
        client: client ?? file.client,
        group: file.group,
        id,
      })),
    )
  })
}

/**
 * Two services have operations of one name, whose cases have one id: the group tells them apart.
 *
 * @param {Outcome} outcome
 * @param {WireCase} wireCase
 */
const isAbout = ({ suite, title }, { group, id }) =>
  names(title, id) && (suite === '' || suite.endsWith(` of '${group}'`))

/** By file of vectors, of those that tests read. @param {Outcome[]} outcomes @returns {Count[]} */
function vectorCounts(outcomes) {
  const files = [...new Set(outcomes.map(({ file }) => file))].filter((file) => file.startsWith(tests))
  const texts = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]))
  return filesOf('vectors').flatMap((name) => {
    const readers = files.filter((file) => texts.get(file)?.includes(`/vectors/${name}`))
    const ids = idsOf(read(`vectors/${name}`))
    const found = outcomes.filter(({ file }) => readers.includes(file))
    if (found.length === 0) return []
    if (ids.length === 0) return [withoutIds(`${name}, by test`, found)]
    return [countOf(name, ids, (id) => found.filter(({ title }) => names(title, id)))]
  })
}

/** @param {Record<string, unknown>} file @returns {string[]} */
const idsOf = (file) =>
  Object.values(file)
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .flatMap(({ id }) => (typeof id === 'string' ? [id] : []))

/**
 * Cases that have no names are counted by the tests they have.
 *
 * @param {string} what
 * @param {Outcome[]} found
 * @returns {Count}
 */
const withoutIds = (what, found) => ({
  what,
  cases: found.length,
  compared: found.filter(isRun).length,
  failing: found.filter(isFailed).length,
})

/**
 * @template T
 * @param {string} what
 * @param {T[]} cases
 * @param {(one: T) => Outcome[]} outcomesOf
 * @returns {Count}
 */
function countOf(what, cases, outcomesOf) {
  const found = cases.map(outcomesOf)
  return {
    what,
    cases: cases.length,
    compared: found.filter((outcomes) => outcomes.some(isRun)).length,
    failing: found.filter((outcomes) => outcomes.some(isFailed)).length,
  }
}

/** @param {string} what @param {Count[]} counts @returns {Count} */
const sumOf = (what, counts) => ({
  what: `${what}, sum`,
  cases: sum(counts.map(({ cases }) => cases)),
  compared: sum(counts.map(({ compared }) => compared)),
  failing: sum(counts.map(({ failing }) => failing)),
})

/** @param {number[]} numbers */
const sum = (numbers) => numbers.reduce((total, each) => total + each, 0)

/** @param {Outcome} outcome */
const isRun = ({ state }) => state === 'passed' || state === 'failed'
/** @param {Outcome} outcome */
const isFailed = ({ state }) => state === 'failed'

/** @param {Outcome[]} outcomes @param {string} path */
const outcomesIn = (outcomes, path) => outcomes.filter(({ file }) => file === path)

/**
 * Whether a title has the id of a case in it: at the front, or quoted as vitest puts it there.
 *
 * @param {string} title
 * @param {string} id
 */
const names = (title, id) => title.includes(`'${id}'`) || title.startsWith(`${id} `) || title.startsWith(`${id}: `)
