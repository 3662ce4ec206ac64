import { expect, test } from 'vitest'
import { IntegrityError, SerializationError } from '../../src/errors.ts'
import { createFrameReader, type EndFrame } from '../../src/select/frames.ts'
import {
  csvMeta,
  damaged,
  failedEnd,
  firstData,
  joined,
  largeEnd,
  oneRow,
  recorded,
  recordedText,
} from './frame-bytes.ts'

interface Read {
  text: string
  pieces: number
  end: EndFrame | undefined
}

function read(chunks: Uint8Array[], checksPayload = true): Read {
  const reader = createFrameReader('SelectObject', checksPayload)
  const pieces = chunks.flatMap((chunk) => [...reader.read(chunk)])
  return { text: new TextDecoder().decode(joined(...pieces)), pieces: pieces.length, end: reader.end }
}

const recordedEnd = {
  offset: 19,
  totalScannedBytes: 19,
  status: 200,
  splitsCount: 0,
  rowsCount: 0,
  colsCount: 0,
  message: '',
}

test('heartbeats are passed over', () => {
  expect(read([recorded])).toEqual({ text: recordedText, pieces: 2, end: recordedEnd })
})

test('frames may be cut at every byte', () => {
  const cuts = Array.from({ length: recorded.length - 1 }, (_, index) => index + 1)

  const results = cuts.map((cut) => read([recorded.subarray(0, cut), recorded.subarray(cut)]))

  expect(results).toHaveLength(126)
  expect(results.filter(({ text }) => text !== recordedText)).toEqual([])
  expect(results.map(({ end }) => end)).toEqual(cuts.map(() => recordedEnd))
})

test('frames may come one byte at a time', () => {
  const bytes = Array.from(recorded, (byte) => Uint8Array.of(byte))

  expect(read(bytes)).toEqual({ text: recordedText, pieces: 19, end: recordedEnd })
})

test('chunks without bytes change nothing', () => {
  const nothing = new Uint8Array()

  expect(read([nothing, recorded.subarray(0, 25), nothing, recorded.subarray(25), nothing])).toMatchObject({
    text: recordedText,
    end: recordedEnd,
  })
})

test('data is handed on before its frame is complete', () => {
  expect(read([recorded.subarray(0, firstData + 4)])).toEqual({ text: 'name', pieces: 1, end: undefined })
})

test('what comes behind the end frame is not looked at', () => {
  expect(read([joined(recorded, oneRow), oneRow])).toEqual({ text: recordedText, pieces: 2, end: recordedEnd })
})

test('data that changed on the way is an IntegrityError', () => {
  const reading = () => read([damaged(recorded, firstData)])

  expect(reading).toThrow(IntegrityError)
  expect(reading).toThrow('SelectObject: the CRC-32 here is 3023693774, OSS says 2739073933: bytes changed on the way')
})

test.each([
  ['an offset', 12],
  ['a heartbeat', 46],
  ['an end frame', 120],
])('%s that changed on the way is an IntegrityError', (_what, at) => {
  expect(() => read([damaged(recorded, at)])).toThrow(IntegrityError)
})

test('checksums are not looked at unless that was asked for', () => {
  expect(read([damaged(recorded, firstData)], false).text).toBe('oame,值\nx,"y <&>"\n')
})

test('a checksum of 0 is none', () => {
  expect(read([joined(oneRow, failedEnd)])).toMatchObject({ text: 'a', end: { status: 400 } })
})

test('an end frame tells what went wrong', () => {
  expect(read([failedEnd]).end).toEqual({
    offset: 2,
    totalScannedBytes: 7,
    status: 400,
    splitsCount: 0,
    rowsCount: 0,
    colsCount: 0,
    message: 'InvalidSql.no such column: x',
  })
})

test('the end frame about an object counts its splits, rows and columns', () => {
  expect(read([csvMeta]).end).toEqual({
    offset: 123468,
    totalScannedBytes: 123456,
    status: 200,
    splitsCount: 3,
    rowsCount: 1001,
    colsCount: 7,
    message: '',
  })
})

test('a number of bytes beyond 4 GiB keeps all its digits', () => {
  expect(read([largeEnd]).end?.totalScannedBytes).toBe(8_589_934_611)
})

test.each([
  ['of an unknown type', '01800002 00000008 00000000 0000000000000000'],
  ['without an offset', '01800001 00000007 00000000 0000000000000000'],
  ['that ends before the status', '01800005 00000013 00000000 0000000000000000'],
  ['with a message of 4 GiB', '01800005 ffffffff 00000000 0000000000000000'],
  ['of data that is in no frames', '6e616d652ce580bc0a782c2279203c263e220a0a'],
])('a frame %s is a SerializationError', (_what, hex) => {
  const bytes = new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))

  expect(() => read([bytes])).toThrow(SerializationError)
})
