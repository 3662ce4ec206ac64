/** Programs as users write them, against the packages as they are built; with no library left out of the check. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../scripts/workspace.mjs'

const folder = join(root, 'test/types')

/** What the compiler says. A line that is marked with `@ts-expect-error` and has none is an error too. */
const complaints = (compiler: string, project: string, resolution: string): Promise<string> => {
  const program = join(folder, 'node_modules', compiler, 'bin/tsc')
  const module = resolution === 'bundler' ? 'esnext' : resolution
  const settings = ['--module', module, '--moduleResolution', resolution, '--pretty', 'false']
  return new Promise((resolve) => {
    execFile(process.execPath, [program, '-p', join(folder, project), ...settings], (error, output, problems) =>
      resolve(`${output}${problems}` || (error ? String(error) : '')),
    )
  })
}

test.each([
  ['typescript-5.6', 'page', 'bundler'],
  ['typescript-5.6', 'required', 'node16'],
  ['typescript-7', 'page', 'bundler'],
  ['typescript-7', 'page', 'nodenext'],
  ['typescript-7', 'node', 'bundler'],
  ['typescript-7', 'required', 'node16'],
  ['typescript-7', 'required', 'nodenext'],
])('%s accepts the program "%s" and refuses its mistakes, with resolution %s', { timeout: 120_000 }, async (...how) => {
  const [compiler = '', project = '', resolution = ''] = how

  expect(await complaints(compiler, project, resolution)).toBe('')
})
