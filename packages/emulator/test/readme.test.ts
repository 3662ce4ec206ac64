import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { usage } from '../src/command-line.ts'
import { readConfig } from '../src/config-file.ts'
import { checkFault } from '../src/faults/check-fault.ts'
import { readFaultLine, readFaults } from '../src/faults/read-faults.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

const blocks = (language: string): string[] =>
  [...readme.matchAll(/```(\w+)\n([\s\S]*?)```/g)].filter(([, name]) => name === language).map(([, , text]) => text!)

/** The words in the first column of the tables of a section, in order. */
function firstColumn(heading: string): string[] {
  const section = readme.split(`\n${heading}\n`)[1]?.split(/\n#{2,3} /)[0] ?? ''
  const cells = [...section.matchAll(/^\| (`[^|]*?) +\|/gm)].map(([, cell]) => cell!)
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word!))
}

test('the table of options names those of the help, and no other', () => {
  const inHelp = [...usage.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, name]) => name!)
  const inTable = firstColumn('## Start').map((option) => option.split(' ')[0]!)
  expect(inTable.sort()).toEqual(inHelp.filter((name) => name !== '--help').sort())
})

test('the configuration and the faults that are shown are read', () => {
  const [faults, config] = blocks('json') as [string, string]
  expect(readFaults(faults, 'faults.json')).toMatchObject([{ times: 'always', chance: 0.1, dropAnswer: true }])
  expect(readConfig(config, 'emulator.json')).toMatchObject({ accounts: [{}, { userName: 'ci' }], roles: [{}] })
})

test('the lines of faults that are shown are read', () => {
  const lines = [...readme.matchAll(/--fault ([a-z]\S+=\S+)/g)].map(([, line]) => line!)
  expect(lines.map((line) => readFaultLine(line, '--fault'))).toEqual([
    { match: { operation: 'UploadPart', nth: 3 }, times: 2, status: 503 },
    { match: { operation: 'GetObject' }, bytesPerSecond: 10_000 },
  ])
})

test('the words of faults that are explained are those that there are', () => {
  const explained = firstColumn('### Faults').filter((word) => !word.includes(' ') && !word.includes('.'))
  const told = (fault: object): string => {
    try {
      checkFault(fault, 'fault')
      return ''
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }
  const listed = (message: string): string[] => message.split('there are ')[1]?.split(', ') ?? []
  const words = [...listed(told({ match: { nonsense: 1 } })), ...listed(told({ nonsense: 1 }))]
  expect(explained.sort()).toEqual(words.filter((word) => word !== 'match').sort())
})
