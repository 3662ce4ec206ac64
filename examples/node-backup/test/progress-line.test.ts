import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { progressLine } from '../progress-line.mjs'

function printedOn(terminal: { isTTY: boolean; columns: number }): string {
  const output = Object.assign(new PassThrough({ encoding: 'utf8' }), terminal)
  const line = progressLine(output as unknown as NodeJS.WriteStream)
  for (const text of ['1 of 3', '1 of 3', '2 of 3, which is long']) line.show(text)
  line.clear()
  return output.read() ?? ''
}

test('a line is written over by the next, is no longer than the terminal is wide, and is cleared at the end', () => {
  expect(printedOn({ isTTY: true, columns: 11 })).toBe('\r\u001b[K1 of 3\r\u001b[K2 of 3, wh\r\u001b[K')
})

test('where there is no terminal, nothing is written', () => {
  expect(printedOn({ isTTY: false, columns: 11 })).toBe('')
})
