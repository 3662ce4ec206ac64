import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { impuritiesUnder } from '../scripts/check-core-purity.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'oss-js-purity-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function impurities(source: string): string[] {
  writeFileSync(join(folder, 'module.ts'), source)
  return impuritiesUnder(folder).map((problem) => problem.slice(problem.indexOf('module.ts')))
}

test.each([
  ["import { readFile } from 'node:fs/promises'", 'import of node:fs/promises'],
  ["import { createHash } from 'crypto'", 'import of crypto'],
  ["export const load = () => import('node:crypto')", 'import of node:crypto'],
  ["export type Stream = import('node:stream').Readable", 'import of node:stream'],
  ["export { join } from 'node:path'", 'import of node:path'],
  ["export const bytes = Buffer.from('a')", 'Buffer'],
  ['export const view = (bytes: Buffer) => bytes', 'Buffer'],
  ["export const inPage = typeof window !== 'undefined'", 'window'],
  ['export const here = { document }', 'document'],
  ['export const variables = globalThis.process.env', 'process'],
  ['export const variables = (globalThis as { process?: object }).process', 'process'],
  ["export const read = require('fs')", 'require'],
])('core may not say %s', (source, problem) => {
  expect(impurities(source)).toEqual([`module.ts:1: ${problem}`])
})

test.each([
  '/** Reads the `document` of a window, with no Buffer. */ export const window = 1',
  "export const words = 'process.env, window and node:fs'",
  'export const shape = { document: 1, process: 2 }',
  'export const root = (place: { document: string }) => place.document',
  'export function read(document: string): object { return { document } }',
  'export const { process: renamed } = { process: 1 }',
])('core may say %s', (source) => {
  expect(impurities(source)).toEqual([])
})
