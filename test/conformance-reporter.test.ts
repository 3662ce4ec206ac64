import { join } from 'node:path'
import { expect, test } from 'vitest'
import { conformanceLines } from '../scripts/conformance-reporter.mjs'
import { root } from '../scripts/workspace.mjs'

const inCore = (file: string): string => join(root, 'packages/core/test', file)
const about = (file: string, title: string, state = 'passed', suite = '') => ({
  file: inCore(file),
  suite,
  title,
  state,
})

test('a case is counted once, fails with any of its tests, and does not count while its tests are skipped', () => {
  const file = 'integrity/md5.test.ts'
  const lines = conformanceLines([
    about(file, "is what OSS expects for 'empty'"),
    about(file, "'empty': something else about it"),
    about(file, "is what OSS expects for 'one-byte'"),
    about(file, "'one-byte': something else about it", 'failed'),
    about(file, "is what OSS expects for 'hello'", 'skipped'),
  ])

  expect(lines).toEqual(['Vectors, cases compared', '  md5.json                      2 of   16, 1 failing'])
})

test('cases of two services that share an id are told apart by their group', () => {
  const title = 'deleteBucketLogging/minimal is sent as it was recorded'
  const lines = conformanceLines([
    about('wire/requests.test.ts', title, 'failed', "requests of 'vectors-bucket-logging'"),
    about('wire/requests.test.ts', title, 'passed', "requests of 'bucket-logging'"),
  ])

  expect(lines).toEqual([
    'Wire conformance, cases compared',
    '  requests, main                1 of  428, 0 failing',
    '  requests, vectors             1 of   49, 1 failing',
    '  requests, tables              0 of   70, 0 failing',
    '  requests, dataprocess         0 of   20, 0 failing',
    '  requests, sum                 2 of  567, 1 failing',
    '  all, sum                      2 of  567, 1 failing',
  ])
})

test('a run of other tests is passed over', () => {
  expect(conformanceLines([about('base64.test.ts', 'empty: encodes')])).toEqual([])
})
