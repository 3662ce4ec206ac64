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
  return checker.getExportsOfModule(module).flatMap((exported) => {
    const name = `${relative(root, path)}: ${exported.name}`
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
    const undocumented = hasDocs(symbol, checker) ? [] : [`${name} has no doc comment`]
    const fields = operationFields(symbol, { checker, where })
    return [
      ...undocumented,
      ...fields
        .filter(({ field }) => !hasDocs(field, checker))
        .map(({ side, field }) => `${name}: ${side}.${field.name} lost its doc comment`),
    ]
  })
}

/** @param {ts.Symbol} symbol @param {ts.TypeChecker} checker */
const hasDocs = (symbol, checker) => symbol.getDocumentationComment(checker).length > 0

/**
 * What an editor offers inside `putObject(client, {` and after `(await putObject(…)).`. Nothing if it is no operation.
 *
 * @param {ts.Symbol} symbol
 * @param {View} view
 */
function operationFields(symbol, { checker, where }) {
  if (!(symbol.flags & ts.SymbolFlags.Variable)) return []
  const type = checker.getTypeOfSymbolAtLocation(symbol, where)
  const [signature] = type.getCallSignatures()
  if (!signature || !type.getProperty('definition')) return []
  const inputType = checker.getNonNullableType(inputOf(signature, { checker, where }))
  const outputType = checker.getAwaitedType(signature.getReturnType())
  return [
    ...inputType.getProperties().map((field) => ({ side: 'input', field })),
    ...(outputType?.getProperties() ?? []).map((field) => ({ side: 'output', field })),
  ]
}

/** The second parameter, also where it is the first of a rest of parameters. @param {ts.Signature} signature @param {View} view */
function inputOf(signature, { checker, where }) {
  const [, second] = signature.getParameters()
  if (!second) return checker.getVoidType()
  const type = checker.getTypeOfSymbolAtLocation(second, where)
  if (!checker.isTupleType(type)) return type
  return checker.getTypeArguments(/** @type {ts.TypeReference} */ (type))[0] ?? checker.getVoidType()
}
