import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as esbuild from 'esbuild'
import { rollup } from 'rollup'
import transpile from 'rollup-plugin-esbuild'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findWords, pureCalls } from '../scripts/pure-calls.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'oss-js-pure-'))
  write(
    'words.ts',
    `/** A header. */
    export function header(name: string): object
    export function header(name: string, type: object): object
    // @__NO_SIDE_EFFECTS__
    export function header(name: string, type = {}): object { return { name, type } }
    // @__NO_SIDE_EFFECTS__
    export function required(field: object): object { return { ...field, required: true } }
    // @__NO_SIDE_EFFECTS__
    export function operation(definition: object): object { return Object.assign(() => 1, { definition }) }
    export function register(name: string): string { return name }`,
  )
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (name: string, source: string) => writeFileSync(join(folder, name), source)

/** The flat file that is published. */
async function publish(source: string): Promise<string> {
  write('index.ts', `import { header, operation, register, required } from './words.ts'\n${source}`)
  const plugins = [transpile({ target: 'es2022' }), pureCalls({ words: findWords(folder), from: '@oss-js/core' })]
  const bundle = await rollup({ input: join(folder, 'index.ts'), plugins })
  const { output } = await bundle.generate({ format: 'es' })
  return output[0].code
}

/** What an application's bundler keeps of the flat file. */
async function bundleFor(code: string, application: string): Promise<string> {
  write('published.js', code)
  const { outputFiles } = await esbuild.build({
    stdin: { contents: application, resolveDir: folder },
    bundle: true,
    minifySyntax: true,
    write: false,
    format: 'esm',
  })
  return outputFiles[0]!.text
}

test('the words are the functions under the annotation', () => {
  expect(findWords(folder)).toEqual(new Set(['header', 'required', 'operation']))
})

test('every call of a word is annotated, nested ones too', async () => {
  const code = await publish("export const put = operation({ acl: required(header('x-oss-acl')) })")

  expect(code).toContain(
    "const put = /*@__PURE__*/ operation({ acl: /*@__PURE__*/ required(/*@__PURE__*/ header('x-oss-acl')) })".replaceAll(
      "'",
      '"',
    ),
  )
})

test('a call of anything else is left as it is', async () => {
  const code = await publish("export const name = register('a')")

  expect(code).toContain('const name = register("a")')
})

test('a bundler drops the operations that nobody imports, with the fields that only they spread', async () => {
  const code = await publish(`
    const caching = { cacheControl: header('Cache-Control') }
    const both = { ...caching, expires: header('Expires') }
    export const putObject = operation({ name: 'PutObject', input: { ...both, acl: header('x-oss-acl') } })
    export const getObject = operation({ name: 'GetObject', input: { range: header('Range') } })`)

  const bundled = await bundleFor(code, "import { getObject } from './published.js'; console.log(getObject)")

  expect(bundled).toContain('GetObject')
  expect(bundled).not.toMatch(/PutObject|Cache-Control|Expires|x-oss-acl/)
})

test('an operation with spread fields works when it is imported', async () => {
  const code = await publish(`
    const caching = { cacheControl: header('Cache-Control') }
    export const putObject = operation({ name: 'PutObject', input: { ...caching } })`)

  const bundled = await bundleFor(
    code,
    "import { putObject } from './published.js'; export const { definition } = putObject",
  )
  const { definition } = await import(`data:text/javascript,${encodeURIComponent(bundled)}`)

  expect(definition).toEqual({ name: 'PutObject', input: { cacheControl: { name: 'Cache-Control', type: {} } } })
})
