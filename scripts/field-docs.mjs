/**
 * A Rollup plugin for bundled declarations. The compiler writes out the type of `{ ...caching }`, but not the doc comments of
 * fields that come from another file. This writes them to the fields, which is where editors look for them.
 */

import MagicString from 'magic-string'
import ts from 'typescript'

/** @typedef {{ checker: ts.TypeChecker, constants: Map<string, ts.Symbol[]> }} Sources */
/** @typedef {(field: ts.PropertySignature, doc: string) => void} Insert */

/**
 * @param {object} options
 * @param {string[]} options.entries source files
 * @param {string} options.tsconfig
 * @returns {import('rollup').Plugin}
 */
export function fieldDocs({ entries, tsconfig }) {
  return {
    name: 'field-docs',
    generateBundle(_options, bundle) {
      const sources = readSources(entries, tsconfig)
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === 'chunk') chunk.code = withFieldDocs(chunk.code, sources)
      }
    },
  }
}

/** Every constant at the top level of the sources, by name. @param {string[]} entries @param {string} tsconfig @returns {Sources} */
function readSources(entries, tsconfig) {
  const { config } = ts.readConfigFile(tsconfig, ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, process.cwd())
  const program = ts.createProgram(entries, options)
  const checker = program.getTypeChecker()
  const symbols = program
    .getSourceFiles()
    .filter((file) => !file.isDeclarationFile)
    .flatMap((file) => file.statements.filter(ts.isVariableStatement))
    .flatMap(({ declarationList }) => [...declarationList.declarations])
    .map(({ name }) => checker.getSymbolAtLocation(name))
    .filter((symbol) => symbol !== undefined)
  const constants = new Map(symbols.map(({ name }) => [name, symbols.filter((symbol) => symbol.name === name)]))
  return { checker, constants }
}

/** @param {string} code @param {Sources} sources */
function withFieldDocs(code, { checker, constants }) {
  const file = ts.createSourceFile('bundle.d.ts', code, ts.ScriptTarget.ES2022, true)
  const result = new MagicString(code)
  /** @type {Insert} */
  const insert = (field, doc) => void result.appendLeft(field.getStart(file), `${doc}\n    `)
  const declarations = file.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => [...declarationList.declarations])
  for (const { name, type } of declarations) {
    // Rollup tells constants of one name apart by a suffix.
    const sameName = constants.get(name.getText(file).replace(/\$\d+$/, '')) ?? []
    const symbol =
      sameName.length === 1 ? sameName[0] : sameName.find((one) => fits(type, checker.getTypeOfSymbol(one)))
    if (symbol && type) addDocs(type, checker.getTypeOfSymbol(symbol), checker, insert)
  }
  return result.toString()
}

/** Whether a type has the fields that were written out. @param {ts.TypeNode | undefined} node @param {ts.Type} type */
function fits(node, type) {
  const nodes = node && ts.isTypeReferenceNode(node) ? (node.typeArguments ?? []) : [node]
  const types = type.aliasTypeArguments ?? /** @type {ts.TypeReference} */ (type).typeArguments ?? [type]
  // An operation's first argument is its route.
  const index = nodes.findIndex((one) => one && ts.isTypeLiteralNode(one))
  const [literal, of] = [nodes[index], types[index]]
  return Boolean(
    literal &&
      of &&
      ts.isTypeLiteralNode(literal) &&
      literal.members.every(({ name }) => name && of.getProperty(name.getText())),
  )
}

/**
 * Goes through a written type and the type itself side by side.
 *
 * @param {ts.TypeNode} node
 * @param {ts.Type} type
 * @param {ts.TypeChecker} checker
 * @param {Insert} insert
 */
function addDocs(node, type, checker, insert) {
  if (ts.isTypeLiteralNode(node)) {
    for (const field of node.members.filter(ts.isPropertySignature)) {
      const symbol = type.getProperty(field.name.getText())
      const doc = symbol && docOf(symbol)
      if (doc && ts.getJSDocCommentsAndTags(field).length === 0) insert(field, doc)
      if (symbol && field.type) addDocs(field.type, checker.getTypeOfSymbol(symbol), checker, insert)
    }
  }
  const [nodes, types] = partsOf(node, type, checker)
  if (nodes.length !== types.length) return
  for (const [index, part] of nodes.entries()) addDocs(part, /** @type {ts.Type} */ (types[index]), checker, insert)
}

/**
 * What a type is made of, as written and as it is: arguments of a generic, members of an intersection.
 *
 * @param {ts.TypeNode} node
 * @param {ts.Type} type
 * @param {ts.TypeChecker} checker
 * @returns {[readonly ts.TypeNode[], readonly ts.Type[]]}
 */
function partsOf(node, type, checker) {
  if (ts.isIntersectionTypeNode(node)) return [node.types, type.isIntersection() ? type.types : []]
  if (!ts.isTypeReferenceNode(node) || !node.typeArguments) return [[], []]
  if (type.aliasTypeArguments) return [node.typeArguments, type.aliasTypeArguments]
  const isReference = 'target' in type
  return [node.typeArguments, isReference ? checker.getTypeArguments(/** @type {ts.TypeReference} */ (type)) : []]
}

/** The doc comment as it stands in the source. @param {ts.Symbol} symbol */
function docOf(symbol) {
  const declaration = symbol.declarations?.[0]
  const comment = declaration && ts.getJSDocCommentsAndTags(declaration).findLast(ts.isJSDoc)
  return comment?.getText().replace(/\n\s*\*/g, '\n     *')
}
