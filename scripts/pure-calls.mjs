/**
 * A Rollup plugin that tells every bundler what Rollup alone understands: that the words operations are written in have no
 * side effects.
 *
 * A function exported under the annotation `@__NO_SIDE_EFFECTS__` is such a word. In every module that imports one, each call
 * of it gets a pure annotation, nested ones too. esbuild and webpack hold `{ ...caching }` to be a side effect as well, so a
 * constant made with a spread is wrapped in a pure function call, which minifiers undo where the constant is used.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import MagicString from 'magic-string'

/** @typedef {{ type: string, start: number, end: number, [key: string]: any }} Node */

const pure = '/*@__PURE__*/ '
const declaration = /@__NO_SIDE_EFFECTS__[^\n]*\n\s*export function (\w+)/g

/**
 * The functions under a folder that are declared to have no side effects.
 *
 * @param {string} folder
 * @returns {Set<string>}
 */
export function findWords(folder) {
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(join(folder, path), 'utf8'))
  return new Set(sources.flatMap((source) => [...source.matchAll(declaration)].map(([, name]) => String(name))))
}

/**
 * @param {object} options
 * @param {Set<string>} options.words names of pure functions
 * @param {string} options.from the package that exports them; within it they come from files
 * @returns {import('rollup').Plugin}
 */
export function pureCalls({ words, from }) {
  return {
    name: 'pure-calls',
    transform: {
      order: 'post',
      handler(code, id) {
        if (id.includes('/node_modules/')) return null
        const program = /** @type {Node} */ (/** @type {unknown} */ (this.parse(code)))
        const names = importedWords(program, words, from)
        const result = annotate(code, program, names)
        return result.hasChanged() ? { code: result.toString(), map: result.generateMap({ hires: true }) } : null
      },
    },
  }
}

/**
 * Local names of the words that a module imports.
 *
 * @param {Node} program
 * @param {Set<string>} words
 * @param {string} from
 * @returns {Set<string>}
 */
function importedWords(program, words, from) {
  const specifiers = program.body
    .filter(isImport)
    .filter((/** @type {Node} */ { source }) => source.value.startsWith('.') || source.value === from)
    .flatMap((/** @type {Node} */ { specifiers }) => specifiers)
    .filter((/** @type {Node} */ { type, imported }) => type === 'ImportSpecifier' && words.has(imported.name))
  return new Set(specifiers.map((/** @type {Node} */ { local }) => local.name))
}

/** @param {Node} node */
const isImport = (node) => node.type === 'ImportDeclaration'

/**
 * @param {string} code
 * @param {Node} program
 * @param {Set<string>} names
 */
function annotate(code, program, names) {
  const result = new MagicString(code)
  for (const call of descendants(program).filter((node) => isCallOf(node, names))) result.appendLeft(call.start, pure)
  for (const initial of topLevelValues(program).filter((node) => isBuiltWithSpread(node, names))) {
    result.prependLeft(initial.start, `${pure}(() => (`).appendRight(initial.end, '))()')
  }
  return result
}

/** @param {Node} node @param {Set<string>} names */
const isCallOf = (node, names) =>
  node.type === 'CallExpression' && node.callee.type === 'Identifier' && names.has(node.callee.name)

/** An object, array or word call that spreads something into itself. @param {Node} node @param {Set<string>} names */
const isBuiltWithSpread = (node, names) =>
  (node.type === 'ObjectExpression' || node.type === 'ArrayExpression' || isCallOf(node, names)) &&
  descendants(node).some(({ type }) => type === 'SpreadElement')

/** What the constants of a module are set to. @param {Node} program @returns {Node[]} */
function topLevelValues(program) {
  return program.body
    .map((/** @type {Node} */ node) => (node.type === 'ExportNamedDeclaration' ? node.declaration : node))
    .filter((/** @type {Node | null} */ node) => node?.type === 'VariableDeclaration')
    .flatMap((/** @type {Node} */ node) => node.declarations)
    .map((/** @type {Node} */ node) => node.init)
    .filter(Boolean)
}

/** A node and all below it, in order of appearance. @param {Node} node @returns {Node[]} */
function descendants(node) {
  const children = Object.values(node).flatMap((value) => (Array.isArray(value) ? value : [value]))
  return [node, ...children.filter(isNode).flatMap(descendants)]
}

/** @param {unknown} value @returns {value is Node} */
const isNode = (value) =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
