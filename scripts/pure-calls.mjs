/**
 * A Rollup plugin that tells every bundler what Rollup alone understands: that the words operations are written in have no
 * side effects.
 *
 * A function declared under the annotation `@__NO_SIDE_EFFECTS__` is such a word. In every module that imports one, each call
 * of it gets a pure annotation, nested ones too. esbuild and webpack hold `{ ...caching }` to be a side effect as well, so a
 * constant made with a spread is wrapped in a pure function call, which minifiers undo where the constant is used.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import MagicString from 'magic-string'

/** @typedef {{ type: string, start: number, end: number, [key: string]: any }} Node */
/** @typedef {Map<string, Set<string>>} Words names of pure functions, by the module that exports them: a file's path or a package */

const pure = '/*@__PURE__*/ '
const declaration = /@__NO_SIDE_EFFECTS__[^\n]*\n\s*export (?:async )?function (\w+)/g

/**
 * The functions under a folder that are declared to have no side effects.
 *
 * @param {string} folder
 * @returns {Words}
 */
export function findWords(folder) {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'))
  return new Map(
    paths
      .map((path) => join(folder, path))
      .map((path) => /** @type {const} */ ([path, wordsIn(readFileSync(path, 'utf8'))]))
      .filter(([, names]) => names.size > 0),
  )
}

/** @param {string} source */
const wordsIn = (source) => new Set([...source.matchAll(declaration)].map(([, name]) => String(name)))

/**
 * @param {Words} words
 * @returns {import('rollup').Plugin}
 */
export function pureCalls(words) {
  return {
    name: 'pure-calls',
    transform: {
      order: 'post',
      handler(code, id) {
        const program = /** @type {Node} */ (/** @type {unknown} */ (this.parse(code)))
        const names = new Set([...(words.get(id) ?? []), ...importedWords(program, id, words)])
        if (names.size === 0) return null
        const result = annotate(code, program, names)
        return { code: result.toString(), map: result.generateMap({ hires: true }) }
      },
    },
  }
}

/**
 * Local names of the words that a module imports.
 *
 * @param {Node} program
 * @param {string} id
 * @param {Words} words
 * @returns {string[]}
 */
function importedWords(program, id, words) {
  return program.body.filter(isImport).flatMap((/** @type {Node} */ node) => {
    const from = node.source.value.startsWith('.') ? resolve(dirname(id), node.source.value) : node.source.value
    const names = words.get(from) ?? new Set()
    return node.specifiers
      .filter((/** @type {Node} */ one) => one.type === 'ImportSpecifier' && names.has(one.imported.name))
      .map((/** @type {Node} */ one) => one.local.name)
  })
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
