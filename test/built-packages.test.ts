/** The packages as users get them: what `npm run build` left in `dist`. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { builtFiles, entries, packages, root } from '../scripts/workspace.mjs'

const built = (directory: string, file: string) => join(directory, 'dist', file)

const importFile = (path: string): Promise<Record<string, unknown>> =>
  import(/* @vite-ignore */ pathToFileURL(path).href)

const everyEntry = packages().flatMap((one) => entries(one).map((entry) => ({ ...entry, directory: one.directory })))
const requirable = everyEntry.filter(({ isRequirable }) => isRequirable)

test('only what vitest itself does not allow to be required can be imported alone', async () => {
  const importable = everyEntry.filter((entry) => !requirable.includes(entry))

  expect(importable.map(({ specifier }) => specifier)).toEqual(['@oss-js/emulator/vitest'])
  for (const { directory, name } of importable) await importFile(built(directory, `${name}.js`))
})

test.each(requirable)('$specifier can be imported and required, with the same names', async ({ directory, name }) => {
  const imported = await importFile(built(directory, `${name}.js`))
  const required = createRequire(import.meta.url)(built(directory, `${name}.cjs`))

  expect(Object.keys(required).sort()).toEqual(Object.keys(imported).sort())
})

/** A file, and all that it leads to: modules, declarations, source maps. */
function withAllItNames(path: string, found = new Set<string>()): Set<string> {
  if (found.has(path) || !existsSync(path)) return found
  found.add(path)
  if (path.endsWith('.map')) return found
  const isDeclaration = /\.d\.c?ts$/.test(path)
  for (const [, name = ''] of readFileSync(path, 'utf8').matchAll(/['"](\.{1,2}\/[^'"]+\.c?js)['"]/g)) {
    const file = isDeclaration ? name.replace(/\.(c?)js$/, '.d.$1ts') : name
    withAllItNames(join(dirname(path), file), found)
  }
  return withAllItNames(`${path}.map`, found)
}

test.each(packages())('$name holds no file that nothing leads to, but for a script that is easy to read', (one) => {
  const named = new Set(builtFiles(one).flatMap((path) => [...withAllItNames(path)]))
  const built = readdirSync(join(one.directory, 'dist'), { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))

  const unnamed = built.filter((path) => !named.has(path)).map((path) => relative(one.directory, path))

  expect(unnamed.sort()).toEqual(
    one.name === '@oss-js/browser' ? ['dist/oss-js.iife.js', 'dist/oss-js.iife.js.map'] : [],
  )
})

test('what core loads only when it is needed can be required too', () => {
  const core = join(root, 'packages/core/dist')
  const chunks = readdirSync(core).filter((name) => name.endsWith('.cjs'))

  expect(chunks).toContain('noble-hasher.cjs')
  for (const name of chunks) expect(() => createRequire(import.meta.url)(join(core, name))).not.toThrow()
})

test('the script for pages defines OSS with all that the package exports', async () => {
  const browser = join(root, 'packages/browser')
  const exported = await importFile(built(browser, 'index.js'))

  for (const file of ['oss-js.iife.js', 'oss-js.iife.min.js']) {
    const OSS = new Function(`${readFileSync(built(browser, file), 'utf8')}; return OSS`)()
    expect(Object.keys(OSS).sort()).toEqual(Object.keys(exported).sort())
  }
})
