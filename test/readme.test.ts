import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { root } from '../scripts/workspace.mjs'

/** The code in a Markdown file that claims to be TypeScript. */
const blocks = (path: string): string[] =>
  [...readFileSync(join(root, path), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code)

test.each(['README.md', ...['core', 'browser', 'emulator'].map((name) => `packages/${name}/README.md`)])(
  'every piece of TypeScript in %s compiles',
  (path) => {
    const codes = blocks(path)
    const files = new Map(codes.map((code, index) => [join(root, `snippet-${index}.ts`), `${code}\nexport {}\n`]))
    const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
    const host = ts.createCompilerHost(options)
    const { getSourceFile, fileExists } = host
    host.fileExists = (name) => files.has(name) || fileExists(name)
    host.getSourceFile = (name, target) => {
      const code = files.get(name)
      return code === undefined ? getSourceFile(name, target) : ts.createSourceFile(name, code, target)
    }

    const problems = ts.getPreEmitDiagnostics(ts.createProgram([...files.keys()], options, host))

    expect(codes.length).toBeGreaterThan(0)
    expect(ts.formatDiagnostics(problems, { ...host, getNewLine: () => '\n' })).toBe('')
  },
)
