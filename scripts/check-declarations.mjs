/**
 * Fails when the built declarations lost what users read in their editor: every export has a doc comment, and so has every
 * field of the input and output of every operation; nothing is `any`; no path leads out of the package.
 */

import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import ts from 'typescript'
import { entries, packages, root } from './workspace.mjs'

/** @typedef {{ checker: ts.TypeChecker, where: ts.Node }} View */

/** Each problem in one line. @returns {string[]} */
export function findDeclarationProblems() {
  const all = packages()
  const entryFiles = all.flatMap((one) => entries(one).map(({ name }) => join(one.directory, 'dist', `${name}.d.ts`)))
  const program = ts.createProgram(entryFiles, {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.dom.asynciterable.d.ts'],
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    strict: true,
    noEmit: true,
  })
  const errors = ts.getPreEmitDiagnostics(program).filter(({ file }) => file && isOurs(file.fileName))
  const files = all.flatMap(({ directory }) => declarationFiles(join(directory, 'dist')))
  return [
    ...errors.map(
      ({ file, messageText }) =>
        `${relative(root, file?.fileName ?? '')}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    ),
    ...files.flatMap(textProblems),
    ...entryFiles.flatMap((path) => exportProblems(program, path)),
  ]
}

/** @param {string} path */
const isOurs = (path) => path.startsWith(join(root, 'packages')) && !path.includes('node_modules')

/** @param {string} folder */
const declarationFiles = (folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.d.ts'))
    .map((name) => join(folder, name))

/** `any`, and imports from outside of the package, wherever they stand. @param {string} path @returns {string[]} */
function textProblems(path) {
  const file = ts.createSourceFile(path, ts.sys.readFile(path) ?? '', ts.ScriptTarget.ES2022, true)
  /** @type {string[]} */
  const problems = []
  /** @param {ts.Node} node */
  const visit = (node) => {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart(file))
    const place = `${relative(root, path)}:${line + 1}`
    if (node.kind === ts.SyntaxKind.AnyKeyword) problems.push(`${place}: any`)
    if (ts.isStringLiteral(node) && node.text.startsWith('../')) problems.push(`${place}: ${node.text}`)
    ts.forEachChild(node, visit)
  }
  visit(file)
  return problems
}

/** @param {ts.Program} program @param {string} path @returns {string[]} */
function exportProblems(program, path) {
  const checker = program.getTypeChecker()
  const where = program.getSourceFile(path)
  const module = where && checker.getSymbolAtLocation(where)
  if (!where || !module) return []
  const view = { checker, where }
  const exported = checker
    .getExportsOfModule(module)
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol))
  const operations = exported.filter((symbol) => operationSignature(symbol, view))
  const names = new Set(operations.map(({ name }) => name))
  const undocumented = [
    ...exported.map((symbol) => ({ path: symbol.name, symbol })),
    ...operations.flatMap((operation) => operationFields(operation, view)),
    ...exported
      .filter(({ flags }) => flags & ts.SymbolFlags.Class)
      .flatMap((symbol) => methods(symbol, names, checker)),
  ].filter(({ symbol }) => symbol.getDocumentationComment(checker).length === 0)
  return undocumented.map((one) => `${relative(root, path)}: ${one.path} has no doc comment`)
}

/** The call of an operation; nothing if the export is none. @param {ts.Symbol} symbol @param {View} view */
function operationSignature(symbol, { checker, where }) {
  if (!(symbol.flags & ts.SymbolFlags.Variable)) return undefined
  const type = checker.getTypeOfSymbolAtLocation(symbol, where)
  return type.getProperty('definition') && type.getCallSignatures()[0]
}

/**
 * What an editor offers inside `putObject(client, {` and after `(await putObject(…)).`.
 *
 * @param {ts.Symbol} operation
 * @param {View} view
 */
function operationFields(operation, view) {
  const signature = operationSignature(operation, view)
  if (!signature) return []
  const input = view.checker.getNonNullableType(inputOf(signature, view))
  const output = view.checker.getAwaitedType(signature.getReturnType())
  return [
    ...input.getProperties().map((symbol) => ({ path: `${operation.name}: input.${symbol.name}`, symbol })),
    ...(output?.getProperties() ?? []).map((symbol) => ({ path: `${operation.name}: output.${symbol.name}`, symbol })),
  ]
}

/** The operations that a class has as methods. @param {ts.Symbol} symbol @param {Set<string>} names @param {ts.TypeChecker} checker */
function methods(symbol, names, checker) {
  const members = checker.getDeclaredTypeOfSymbol(symbol).getProperties()
  return members
    .filter(({ name }) => names.has(name))
    .map((one) => ({ path: `${symbol.name}.${one.name}`, symbol: one }))
}

/** The second parameter, also where it is the first of a rest of parameters. @param {ts.Signature} signature @param {View} view */
function inputOf(signature, { checker, where }) {
  const [, second] = signature.getParameters()
  if (!second) return checker.getVoidType()
  const type = checker.getTypeOfSymbolAtLocation(second, where)
  if (!checker.isTupleType(type)) return type
  return checker.getTypeArguments(/** @type {ts.TypeReference} */ (type))[0] ?? checker.getVoidType()
}
