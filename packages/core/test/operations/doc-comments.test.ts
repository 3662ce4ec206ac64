import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, test } from 'vitest'

const pathOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const { options } = ts.getParsedCommandLineOfConfigFile(pathOf('../../tsconfig.json'), undefined, {
  ...ts.sys,
  onUnRecoverableConfigFileDiagnostic({ messageText }) {
    throw new Error(ts.flattenDiagnosticMessageText(messageText, '\n'))
  },
})!
const indexes = ['', 'vectors/', 'tables/', 'dataprocess/'].map((room) =>
  pathOf(`../../src/operations/${room}index.ts`),
)
const program = ts.createProgram(indexes, options)
const checker = program.getTypeChecker()
const exported = indexes.flatMap((index) =>
  checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(index)!)!),
)

const isUndocumented = (symbol: ts.Symbol): boolean => symbol.getDocumentationComment(checker).length === 0

const resolved = (symbol: ts.Symbol): ts.Symbol =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol

/** Names of members without a doc comment, where an editor looks for it: on the inferred types. */
function undocumented(type: ts.Type, name: string, seen = new Set<ts.Type>()): string[] {
  if (type.isUnion()) return type.types.flatMap((member) => undocumented(member, name, seen))
  if (checker.isArrayType(type)) return undocumented(checker.getTypeArguments(type as ts.TypeReference)[0]!, name, seen)
  if (!(type.flags & ts.TypeFlags.Object) || seen.has(type) || !isOurs(type)) return []
  seen.add(type)
  return type.getProperties().flatMap((property) => {
    const path = `${name}.${property.name}`
    const inner = undocumented(checker.getTypeOfSymbol(property), path, seen)
    return isUndocumented(property) ? [path, ...inner] : inner
  })
}

/** Types of the platform and of the client are documented elsewhere. */
const isOurs = (type: ts.Type): boolean =>
  type
    .getProperties()
    .every((property) =>
      (property.declarations ?? []).every((declaration) =>
        /\/src\/(operations|operation)\b/.test(declaration.getSourceFile().fileName),
      ),
    )

test('every operation and every shape has a doc comment', () => {
  const names = exported.filter((symbol) => isUndocumented(resolved(symbol))).map(({ name }) => name)

  expect(exported.length).toBeGreaterThan(60)
  expect(names).toEqual([])
})

test('every operation links the page of the API reference that it stands for', () => {
  const link = /^https:\/\/www\.alibabacloud\.com\/help\/en\/oss\/developer-reference\/([a-z\d-]+) ([A-Z]\w+)$/
  const unlinked = operations().filter((symbol) => {
    const [tag] = resolved(symbol)
      .getJsDocTags(checker)
      .filter((tag) => tag.name === 'see')
    const text = ts.displayPartsToString(tag?.text).replace(/^\{@link (.*)\}$/s, '$1')
    return !link.test(text)
  })

  expect(unlinked.map(({ name }) => name)).toEqual([])
})

test('editors show a doc comment on every field that goes in and comes out', () => {
  const names = operations().flatMap((symbol) => {
    const [signature] = typeOf(symbol).getCallSignatures()
    const [, ...args] = signature!.parameters
    const [input] = args[0] ? checker.getTypeArguments(argumentsOf(args[0])) : []
    const output = checker.getAwaitedType(signature!.getReturnType())!
    return [
      ...(input ? undocumented(checker.getNonNullableType(input), `${symbol.name}: input`) : []),
      ...undocumented(output, `${symbol.name}: output`),
    ]
  })

  expect(names).toEqual([])
})

test('editors show a doc comment on every member of a shape', () => {
  const shapes = exported.map(resolved).filter(({ flags }) => flags & ts.SymbolFlags.Interface)
  const names = shapes.flatMap((symbol) => undocumented(checker.getDeclaredTypeOfSymbol(symbol), symbol.name))

  expect(shapes.length).toBeGreaterThan(20)
  expect(names).toEqual([])
})

function operations(): ts.Symbol[] {
  return exported.filter((symbol) => resolved(symbol).flags & ts.SymbolFlags.Variable)
}

function typeOf(symbol: ts.Symbol): ts.Type {
  return checker.getTypeOfSymbol(resolved(symbol))
}

/** The tuple of `...args`. */
function argumentsOf(parameter: ts.Symbol): ts.TypeReference {
  return checker.getTypeOfSymbol(parameter) as ts.TypeReference
}
