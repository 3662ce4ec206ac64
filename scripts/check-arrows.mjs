/** Fails when an import points where the design does not let it: between packages, and between the rooms of core. */

import { readdirSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, relative, resolve, sep } from 'node:path'
import ts from 'typescript'
import { isModuleName } from './module-names.mjs'
import { packages, root } from './workspace.mjs'

/** @typedef {import('./workspace.mjs').Package} Package */
/**
 * @typedef {object} Arrow
 * @property {string} from absolute path of a file
 * @property {string} to absolute path of another file, or the name of a module
 * @property {boolean} typesOnly whether nothing of it is left at run time
 */

/** Which packages of the workspace a package may import. */
const packageArrows = {
  '@oss-js/core': [],
  '@oss-js/browser': ['@oss-js/core'],
  '@oss-js/node': ['@oss-js/core'],
  '@oss-js/emulator': [],
}

/**
 * Which rooms of core a room may import (`only`), or may not (`not`). A room is a folder of `src`; the files beside the rooms
 * are free to all.
 *
 * @type {Record<string, { only?: string[], not?: string[] }>}
 */
const roomArrows = {
  operations: { only: ['operations', 'schema'] },
  transfer: { not: ['schema', 'xml', 'signing', 'endpoint', 'retry'] },
  'file-like': { not: ['schema', 'xml', 'signing', 'endpoint', 'retry'] },
  encryption: { not: ['schema', 'xml', 'signing', 'endpoint', 'retry'] },
}

/** Each problem in one line. @returns {string[]} */
export function findWrongArrows() {
  return packages().flatMap((one) => {
    const arrows = arrowsOf(join(one.directory, 'src'))
    const roomProblems = one.name === '@oss-js/core' ? wrongRooms(arrows, join(one.directory, 'src')) : []
    return [...wrongModules(one, arrows), ...roomProblems, ...cycles(arrows)]
  })
}

/** Every import, re-export, dynamic import and import type under a folder. @param {string} folder @returns {Arrow[]} */
function arrowsOf(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(folder, path))
    .flatMap((from) => importsOf(from).map(({ name, typesOnly }) => ({ from, to: target(from, name), typesOnly })))
}

/** @param {string} from @param {string} name */
const target = (from, name) => (name.startsWith('.') ? resolve(dirname(from), name) : name)

/** @param {string} path */
function importsOf(path) {
  const file = ts.createSourceFile(path, ts.sys.readFile(path) ?? '', ts.ScriptTarget.ES2022, true)
  /** @type {{ name: string, typesOnly: boolean }[]} */
  const imports = []
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isStringLiteral(node) && isModuleName(node))
      imports.push({ name: node.text, typesOnly: isTypesOnly(node.parent) })
    ts.forEachChild(node, visit)
  }
  visit(file)
  return imports
}

/** @param {ts.Node} parent */
function isTypesOnly(parent) {
  if (ts.isLiteralTypeNode(parent)) return true
  if (ts.isExportDeclaration(parent)) {
    const names = parent.exportClause && ts.isNamedExports(parent.exportClause) ? parent.exportClause.elements : []
    return parent.isTypeOnly || (names.length > 0 && names.every((one) => one.isTypeOnly))
  }
  const clause = ts.isImportDeclaration(parent) ? parent.importClause : undefined
  if (!clause) return false
  const names = clause.namedBindings && ts.isNamedImports(clause.namedBindings) ? clause.namedBindings.elements : []
  return clause.isTypeOnly || (!clause.name && names.length > 0 && names.every((one) => one.isTypeOnly))
}

/** @param {Package} one @param {Arrow[]} arrows */
function wrongModules({ name, directory, manifest }, arrows) {
  const allowed = /** @type {Record<string, string[]>} */ (packageArrows)[name]
  if (!allowed) return [`${name}: not in the table of scripts/check-arrows.mjs`]
  const dependencies = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
  return arrows.flatMap(({ from, to }) => {
    const problem = () => `${relative(root, from)}: may not import ${relative(root, to)}`
    if (to.startsWith(root)) return to.startsWith(join(directory, 'src') + sep) ? [] : [problem()]
    if (isBuiltin(to)) return to.startsWith('node:') ? [] : [`${relative(root, from)}: ${to} is spelt node:${to}`]
    const module = to.split('/', to.startsWith('@') ? 2 : 1).join('/')
    if (module.startsWith('@oss-js/') && !allowed.includes(module))
      return [`${relative(root, from)}: may not import ${to}`]
    return dependencies.includes(module) ? [] : [`${relative(root, from)}: ${module} is not a dependency of ${name}`]
  })
}

/** @param {Arrow[]} arrows @param {string} source */
function wrongRooms(arrows, source) {
  return arrows
    .map(({ from, to }) => ({ from, to, fromRoom: roomOf(from, source), toRoom: roomOf(to, source) }))
    .filter(({ fromRoom, toRoom }) => {
      const { only, not } = roomArrows[fromRoom ?? ''] ?? {}
      return toRoom !== undefined && ((only && !only.includes(toRoom)) || not?.includes(toRoom))
    })
    .map(({ from, to, fromRoom }) => `${relative(root, from)}: ${fromRoom} may not import ${relative(source, to)}`)
}

/** The folder of `source` that a file is in, if any. @param {string} path @param {string} source */
function roomOf(path, source) {
  const [room, ...rest] = relative(source, path).split(sep)
  return path.startsWith(source + sep) && rest.length > 0 ? room : undefined
}

/** One line per cycle of what runs. Types may know each other. @param {Arrow[]} all @returns {string[]} */
function cycles(all) {
  const arrows = all.filter(({ typesOnly }) => !typesOnly)
  const targets = new Map(arrows.map(({ from }) => [from, /** @type {string[]} */ ([])]))
  for (const { from, to } of arrows) targets.get(from)?.push(to)
  const finished = new Set()
  /** @type {string[]} */
  const found = []
  /** @param {string} path @param {string[]} trail */
  const visit = (path, trail) => {
    if (trail.includes(path))
      found.push([...trail.slice(trail.indexOf(path)), path].map((one) => relative(root, one)).join(' -> '))
    if (trail.includes(path) || finished.has(path)) return
    for (const to of targets.get(path) ?? []) visit(to, [...trail, path])
    finished.add(path)
  }
  for (const path of targets.keys()) visit(path, [])
  return found.map((cycle) => `a cycle: ${cycle}`)
}
