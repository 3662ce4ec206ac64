/**
 * A Rollup plugin for bundled declarations. `import * as operations` becomes a namespace of aliases, and an alias has no doc
 * comment: the methods that are made from the namespace would have none in editors. This writes each constant's doc comment to
 * its alias.
 */

const documentedConstant = /(\/\*\*(?:[^*]|\*(?!\/))*\*\/)\ndeclare const (\w+):/g
const aliasedConstant = /^declare const (\w+): typeof (\w+);$/gm
const namespaceExport = /(?<=^declare namespace \w+ \{\s+export \{)[^}]*(?=\})/gm

/** @returns {import('rollup').Plugin} */
export function namespaceDocs() {
  return {
    name: 'namespace-docs',
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((one) => one.type === 'chunk')
      const docs = docsOf(chunks.map(({ code }) => code).join('\n'))
      // Two services may call an operation the same: a constant of the file itself goes first.
      for (const chunk of chunks) chunk.code = withDocs(chunk.code, new Map([...docs, ...docsOf(chunk.code)]))
    },
  }
}

/** Doc comments by constant. @param {string} code */
const docsOf = (code) => new Map([...code.matchAll(documentedConstant)].map(([, doc, name]) => [name, doc]))

/**
 * @param {string} code
 * @param {Map<string | undefined, string | undefined>} docs doc comments by constant
 */
function withDocs(code, docs) {
  const aliases = new Map([...code.matchAll(aliasedConstant)].map(([, alias, name]) => [alias, docs.get(name)]))
  return code.replace(namespaceExport, (names) =>
    names.replace(/(\w+) as \w+/g, (specifier, alias) =>
      aliases.get(alias) ? `\n${aliases.get(alias)}\n${specifier}` : specifier,
    ),
  )
}
