import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, test } from 'vitest'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const readme = readFileSync(at('../README.md'), 'utf8')
const snippets = new Map(
  [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = ''], index) => [at(`../snippet-${index}.ts`), code]),
)

test('every piece of code in the README compiles', () => {
  const { config } = ts.readConfigFile(at('../../../tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, at('../../..'))
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists } = host
  host.fileExists = (name) => snippets.has(name) || fileExists(name)
  host.getSourceFile = (name, target) => {
    const code = snippets.get(name)
    return code === undefined ? getSourceFile(name, target) : ts.createSourceFile(name, code, target)
  }

  const problems = ts.getPreEmitDiagnostics(ts.createProgram([...snippets.keys()], options, host))

  expect(snippets.size).toBe(10)
  expect(ts.formatDiagnostics(problems, { ...host, getNewLine: () => '\n' })).toBe('')
})
