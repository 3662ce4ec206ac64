/**
 * Fails when the core, in source or as built, names something that only some runtimes have: a module or global of Node.js,
 * a global of pages. Words in comments and strings are free, and so are properties and variables that merely share a name.
 */

import { existsSync, readdirSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join, relative } from 'node:path'
import ts from 'typescript'
import { isModuleName } from './module-names.mjs'
import { root } from './workspace.mjs'

const forbiddenGlobals = new Set([
  'Buffer',
  'process',
  'require',
  'global',
  '__dirname',
  '__filename',
  'NodeJS',
  'window',
  'document',
  'navigator',
  'localStorage',
  'sessionStorage',
  'indexedDB',
  'DOMParser',
  'XMLHttpRequest',
])

const globalObjects = new Set(['globalThis', 'self'])

const core = join(root, 'packages/core')

/** Each problem as `path:line: what`. @returns {string[]} */
export function findImpurities() {
  const built = join(core, 'dist')
  if (!existsSync(built)) return [`${relative(root, built)}: not built`]
  return [join(core, 'src'), built].flatMap(impuritiesUnder)
}

/** The problems of all modules under a folder. @param {string} folder @returns {string[]} */
export function impuritiesUnder(folder) {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(ts|js)$/.test(path))
    .map((path) => join(folder, path))
  const program = ts.createProgram(paths, {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    // No library: whatever is not declared in these files is a global.
    noLib: true,
    types: [],
    allowJs: true,
    allowImportingTsExtensions: true,
    noEmit: true,
  })
  const checker = program.getTypeChecker()
  return paths
    .map((path) => program.getSourceFile(path))
    .filter((file) => file !== undefined)
    .flatMap((file) => impuritiesOf(file, checker))
}

/**
 * The problems of one file.
 *
 * @param {ts.SourceFile} file
 * @param {ts.TypeChecker} checker
 * @returns {string[]}
 */
function impuritiesOf(file, checker) {
  /** @type {string[]} */
  const problems = []
  /** @param {ts.Node} node */
  const visit = (node) => {
    const name = moduleName(node) ?? globalName(node, checker)
    if (name !== undefined) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart(file))
      problems.push(`${relative(root, file.fileName)}:${line + 1}: ${name}`)
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  const types = [...file.typeReferenceDirectives, ...file.libReferenceDirectives].map(({ fileName }) => fileName)
  return [...problems, ...types.map((type) => `${relative(root, file.fileName)}:1: /// <reference> to ${type}`)]
}

/** The built-in module that an import, a dynamic import or an import type names. @param {ts.Node} node */
const moduleName = (node) =>
  ts.isStringLiteral(node) && isBuiltin(node.text) && isModuleName(node) ? `import of ${node.text}` : undefined

/** @param {ts.Node} node @param {ts.TypeChecker} checker */
function globalName(node, checker) {
  if (!ts.isIdentifier(node) || !forbiddenGlobals.has(node.text)) return undefined
  if (isPropertyName(node)) return isOnGlobalObject(node) ? node.text : undefined
  const symbol = ts.isShorthandPropertyAssignment(node.parent)
    ? checker.getShorthandAssignmentValueSymbol(node.parent)
    : checker.getSymbolAtLocation(node)
  return symbol?.declarations?.length ? undefined : node.text
}

/** @param {ts.Identifier} node */
function isPropertyName(node) {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node
  if (ts.isQualifiedName(parent)) return parent.right === node
  if (ts.isBindingElement(parent)) return parent.propertyName === node
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return true
  const isMember = ts.isClassElement(parent) || ts.isTypeElement(parent) || ts.isPropertyAssignment(parent)
  return isMember && parent.name === node
}

/** `globalThis.process`, casts and parentheses included. @param {ts.Identifier} node */
function isOnGlobalObject({ parent }) {
  if (!ts.isPropertyAccessExpression(parent)) return false
  const object = unwrap(parent.expression)
  return ts.isIdentifier(object) && globalObjects.has(object.text)
}

/** @param {ts.Expression} expression @returns {ts.Expression} */
const unwrap = (expression) =>
  ts.isParenthesizedExpression(expression) || ts.isAssertionExpression(expression) || ts.isNonNullExpression(expression)
    ? unwrap(expression.expression)
    : expression
