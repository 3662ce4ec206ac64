import { gzipSync } from 'node:zlib'
import {
  createClient,
  createSelectObjectMeta,
  type InputSerialization,
  type OutputSerialization,
  putBucket,
  putObject,
  type SelectRequest,
  selectObject,
} from '@oss-js/core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { element, signedClient } from './signed-client.ts'

let emulator: Emulator
let client: ReturnType<typeof createClient>

beforeAll(async () => {
  emulator = await startEmulator()
  const { endpoint, region, accessKeyId, accessKeySecret } = emulator
  client = createClient({ endpoint, region, credentialsProvider: { accessKeyId, accessKeySecret } })
})
beforeEach(async () => {
  await emulator.reset()
  await putBucket(client, { bucket: 'demo-bucket' })
})
afterAll(() => emulator.close())

const object = { bucket: 'demo-bucket', key: 'data' }
const put = (body: string | Uint8Array) => putObject(client, { ...object, body })

async function selected(process: 'csv/select' | 'json/select', selectRequest: SelectRequest): Promise<string> {
  const { body } = await selectObject(client, { ...object, process, selectRequest })
  return body.text()
}

const fromCsv = (
  expression: string,
  csv: InputSerialization['csv'] = {},
  outputSerialization: OutputSerialization = {},
  options: SelectRequest['options'] = {},
) =>
  selected('csv/select', {
    expression,
    inputSerialization: { csv: csv ?? {} },
    outputSerialization,
    options: options ?? {},
  })

const fromJson = (
  expression: string,
  json: InputSerialization['json'] = { type: 'DOCUMENT' },
  outputSerialization: OutputSerialization = {},
  options: SelectRequest['options'] = {},
) =>
  selected('json/select', {
    expression,
    inputSerialization: { json: json ?? {} },
    outputSerialization,
    options: options ?? {},
  })

const people = 'Name,Age,City\nAnn,31,Hangzhou\nBob,,Beijing\n"Li, Wei",45,"杭州"\n'
const named = { fileHeaderInfo: 'Use' } as const

describe('of CSV', () => {
  test.each([
    ['all columns, as they are written', 'select * from ossobject', people.slice(14)],
    ['columns by name', 'select name, city from ossobject', 'Ann,Hangzhou\nBob,Beijing\n"Li, Wei",杭州\n'],
    ['columns by number', 'SELECT _3, _1 FROM OSSObject', 'Hangzhou,Ann\nBeijing,Bob\n杭州,"Li, Wei"\n'],
    ['columns of a table with an alias', 'select s.Age from ossobject as s', '31\n\n45\n'],
    ['what equals', "select Age from ossobject where Name = 'Ann'", '31\n'],
    ['what differs', "select Age from ossobject where Name <> 'Ann' and Name != 'Bob'", '45\n'],
    ['what is greater, an empty number being none', 'select Name from ossobject where Age > 31', '"Li, Wei"\n'],
    ['what meets one of two conditions', "select _1 from ossobject where Age <= 31 or City = 'Beijing'", 'Ann\nBob\n'],
    ['what does not meet a condition', "select _1 from ossobject where not (City = 'Beijing' or Age = 45)", 'Ann\n'],
    ['what is between', 'select _1 from ossobject where Age between 40 and 50', '"Li, Wei"\n'],
    ['what is not between', 'select _1 from ossobject where Age not between 40 and 50', 'Ann\n'],
    ['what is in a list', 'select _1 from ossobject where Age in (31, 32)', 'Ann\n'],
    ['what is not in a list', "select _1 from ossobject where _1 not in ('Ann', 'Bob')", '"Li, Wei"\n'],
    ['what is like a pattern', "select _1 from ossobject where City like '%zhou'", 'Ann\n'],
    ['what is not like a pattern', "select _1 from ossobject where City not like 'B?ijing'", 'Ann\n"Li, Wei"\n'],
    ['what a sum makes true', 'select _1 from ossobject where Age * 2 + 1 = 63 and -Age < 0', 'Ann\n'],
    ['what joined text makes true', "select _1 from ossobject where (Name || City) = 'BobBeijing'", 'Bob\n'],
    ['what a cast makes true', 'select _1 from ossobject where cast(Age as double) % 10 = 5', '"Li, Wei"\n'],
    ['a cast', 'select cast(Age as int) from ossobject limit 1', '31\n'],
    ['no more than the limit', 'select _1 from ossobject limit 2', 'Ann\nBob\n'],
    ['what lacks a column', 'select _1 from ossobject where _4 is null and _1 is not null', 'Ann\nBob\n"Li, Wei"\n'],
    ['a count', 'select count(*) from ossobject', '3\n'],
    ['sums', 'select sum(Age), avg(cast(Age as int)), min(Age), max(Age) from ossobject', '76,38,31,45\n'],
    ['sums of the records within the limit', 'select sum(Age) from ossobject limit 1', '31\n'],
    ['nothing to sum', 'select sum(Age), count(*) from ossobject where Age > 99', ',0\n'],
  ])('%s is selected', async (_, expression, expected) => {
    await put(people)
    expect(await fromCsv(expression, named)).toBe(expected)
  })

  test('the first line is a record, or passed over', async () => {
    await put('a,b\nc,d\n')
    expect(await fromCsv('select _1 from ossobject', { fileHeaderInfo: 'None' })).toBe('a\nc\n')
    expect(await fromCsv('select _1 from ossobject', { fileHeaderInfo: 'Ignore' })).toBe('c\n')
  })

  test('delimiters, quotes and comments are those of the request', async () => {
    await put("#note\r\n'a;b';c\r\nd;'e''f'\r\n")
    const format = { recordDelimiter: '\r\n', fieldDelimiter: ';', quoteCharacter: "'", commentCharacter: '#' }
    expect(await fromCsv('select _2, _1 from ossobject', format)).toBe("c,a;b\ne'f,d\n")
    const csv = { recordDelimiter: '|', fieldDelimiter: ';', quoteCharacter: "'" }
    expect(await fromCsv('select _2, _1 from ossobject', format, { csv })).toBe("c;'a;b'|'e''f';d|")
  })

  test('quoted values hold record delimiters unless that is ruled out', async () => {
    await put('"a\nb",c\n')
    expect(await fromCsv('select _2 from ossobject')).toBe('c\n')
    await expect(fromCsv('select _2 from ossobject', { allowQuotedRecordDelimiter: false })).rejects.toMatchObject({
      code: 'InvalidCsvLine',
    })
  })

  test('the output begins with names, and keeps columns, when asked to', async () => {
    await put(people)
    const expression = 'select City, Age as years from ossobject limit 1'
    expect(await fromCsv(expression, named, { outputHeader: true })).toBe('City,years\nHangzhou,31\n')
    expect(await fromCsv(expression, named, { keepAllColumns: true })).toBe(',31,Hangzhou\n')
  })

  test('records that lack a column are shown without it, or skipped', async () => {
    await put('a,b,c\nd\n')
    expect(await fromCsv('select _1, _3 from ossobject')).toBe('a,c\nd,\n')
    const skipping = { skipPartialDataRecord: true, maxSkippedRecordsAllowed: 1 }
    expect(await fromCsv('select _1, _3 from ossobject', {}, {}, skipping)).toBe('a,c\n')
  })

  test('records that do not fit the query are skipped, up to a number', async () => {
    await put('1\ntwo\n3\n')
    const expression = 'select _1 from ossobject where _1 > 0'
    expect(await fromCsv(expression, {}, {}, { maxSkippedRecordsAllowed: 1 })).toBe('1\n3\n')
    await expect(fromCsv(expression)).rejects.toMatchObject({ code: 'InvalidCsvLine', status: 400 })
  })

  test('an object packed by gzip is unpacked', async () => {
    await put(gzipSync(people))
    const inputSerialization = { compressionType: 'GZIP', csv: named } as const
    expect(await selected('csv/select', { expression: 'select count(*) from ossobject', inputSerialization })).toBe(
      '3\n',
    )
    await put(people)
    await expect(
      selected('csv/select', { expression: 'select * from ossobject', inputSerialization }),
    ).rejects.toMatchObject({ code: 'DecompressFailure' })
  })

  test('timestamps are compared as times', async () => {
    await put('20240229,x\n01/03/2024 10:00:00,y\n2024-03-02T00:00:00+08:00,z\n')
    const from = "select _2 from ossobject where cast(_1 as timestamp) >= cast('2024-03-01' as timestamp)"
    expect(await fromCsv(from)).toBe('y\nz\n')
    await put('20121201\n')
    const reversed =
      "select _1 from ossobject where cast(_1 as timestamp format 'YYYYDDMM') < cast('20120113' as timestamp)"
    expect(await fromCsv(reversed)).toBe('20121201\n')
  })

  test('raw output is the same bytes without frames', async () => {
    await put(people)
    const expression = 'select Name from ossobject'
    expect(await fromCsv(expression, named, { outputRawData: true })).toBe(await fromCsv(expression, named))
  })

  test('large output comes in several frames, whose checksums are right', async () => {
    const rows = Array.from({ length: 20_000 }, (_, index) => `${index},value of ${index}\n`).join('')
    await put(rows)
    expect((await fromCsv('select * from ossobject', {}, { enablePayloadCrc: true })) === rows).toBe(true)
  })
})

describe('of JSON', () => {
  const contacts = {
    contacts: [
      { name: 'Ann', age: 31, links: ['a/b', 'c'], address: { city: 'Hangzhou' } },
      { name: 'Bob', age: 45.5, address: { city: null } },
    ],
    version: 1,
  }
  const lines = '{"a":1,"b":"x"}\n{"a":2,"b":"y"}\n{"b":"z"}\n'
  const linesInput = { type: 'LINES' } as const

  test.each([
    [
      'every element of an array',
      "select * from ossobject.contacts[*] where name = 'Ann'",
      '{"name":"Ann","age":31,"links":["a\\/b","c"],"address":{"city":"Hangzhou"}}\n',
    ],
    [
      'keys and paths',
      'select s.name, s.address.city from ossobject.contacts[*] s',
      '{"name":"Ann","city":"Hangzhou"}\n{"name":"Bob","city":null}\n',
    ],
    [
      'elements, by their number',
      'select s.links[0], s.name from ossobject.contacts[*] s limit 1',
      '{"_1":"a\\/b","name":"Ann"}\n',
    ],
    ['columns by their alias', 'select s.links[1] as second from ossobject.contacts[0] s', '{"second":"c"}\n'],
    ['keys that need quotes', "select s['name'] from ossobject.'contacts'[1] s", '{"name":"Bob"}\n'],
    ['a value that is no object', 'select * from ossobject.version s where s = 1', '{"_1":1}\n'],
    [
      'sums',
      'select avg(age), max(cast(age as int)), count(*) from ossobject.contacts[*]',
      '{"_1":38.25,"_2":45,"_3":2}\n',
    ],
    ['what is null', 'select name from ossobject.contacts[*] where address.city is null', '{"name":"Bob"}\n'],
    [
      'what is like a pattern',
      "select name from ossobject.contacts[*] s where s.address.city like 'Hang%'",
      '{"name":"Ann"}\n',
    ],
  ])('%s is selected from a document', async (_, expression, expected) => {
    await put(JSON.stringify(contacts))
    expect(await fromJson(expression)).toBe(expected)
  })

  test('values on lines, with commas or without, are records', async () => {
    await put(lines)
    expect(await fromJson("select a from ossobject where b != 'y'", linesInput)).toBe('{"a":1}\n{}\n')
    await put('{"key":"abc"},{"key2":"def"}')
    expect(await fromJson('select key from ossobject', linesInput)).toBe('{"key":"abc"}\n{}\n')
    const options = { skipPartialDataRecord: true, maxSkippedRecordsAllowed: 1 }
    expect(await fromJson('select key from ossobject', linesInput, {}, options)).toBe('{"key":"abc"}\n')
  })

  test('records end as the request says', async () => {
    await put(lines)
    expect(await fromJson('select a from ossobject limit 2', linesInput, { json: { recordDelimiter: ',' } })).toBe(
      '{"a":1},{"a":2},',
    )
  })

  test('numbers keep their digits', async () => {
    await put('{"a":123456789.12345678901234567890}')
    expect(await fromJson('select a from ossobject')).toBe('{"a":123456789.12345678901234567890}\n')
    const asText = { type: 'DOCUMENT', parseJsonNumberAsString: true } as const
    expect(await fromJson("select a from ossobject where a like '%7890'", asText)).toBe(
      '{"a":123456789.12345678901234567890}\n',
    )
  })

  test.each(['{"a":', '{"a":1}}', '[1,]', '{"a" 1}', '"\u0001"', '{"a":01}'])('%s is refused', async (body) => {
    await put(body)
    await expect(fromJson('select * from ossobject')).rejects.toMatchObject({ code: 'InvalidJsonData', status: 400 })
  })

  test('what is selected before an error is read before it', async () => {
    await put('{"a":1}\n{"a":2}\n{')
    const { body } = await selectObject(client, {
      ...object,
      process: 'json/select',
      selectRequest: { expression: 'select a from ossobject', inputSerialization: { json: linesInput } },
    })
    let read = ''
    const reading = (async () => {
      for await (const chunk of body.stream()) read += new TextDecoder().decode(chunk)
    })()
    await expect(reading).rejects.toMatchObject({ code: 'InvalidJsonData', status: 400 })
    expect(read).toBe('{"a":1}\n{"a":2}\n')
  })
})

describe('ranges', () => {
  test('are queried once the rows were counted, the header being a line', async () => {
    await put(people)
    const second = { ...named, range: 'line-range=1-2' }
    await expect(fromCsv('select Name from ossobject', second)).rejects.toMatchObject({
      code: 'SelectCsvMetaUnavailable',
    })
    const meta = await createSelectObjectMeta(client, {
      ...object,
      process: 'csv/meta',
      selectMetaRequest: { inputSerialization: { csv: {} } },
    })
    expect(meta).toMatchObject({ rowsCount: 4, colsCount: 3, splitsCount: 1, offset: 65, totalScannedBytes: 65 })
    expect(await fromCsv('select Name from ossobject', second)).toBe('Ann\nBob\n')
    expect(await fromCsv('select Name from ossobject', { ...named, range: 'line-range=-1' })).toBe('"Li, Wei"\n')
    expect(await fromCsv('select Name from ossobject', { ...named, range: 'split-range=0-0' })).toBe(
      'Ann\nBob\n"Li, Wei"\n',
    )
    await put(people)
    await expect(fromCsv('select Name from ossobject', second)).rejects.toMatchObject({ status: 400 })
  })

  test('divide a large object into splits, every row in one of them', async () => {
    const row = `${'x'.repeat(65_535)}\n`
    await put(row.repeat(100))
    const count = (range: string) => fromCsv('select count(*) from ossobject', { range })
    const meta = await createSelectObjectMeta(client, {
      ...object,
      process: 'csv/meta',
      selectMetaRequest: { inputSerialization: { csv: {} } },
    })
    expect(meta).toMatchObject({ rowsCount: 100, splitsCount: 2 })
    expect([await count('split-range=0-0'), await count('split-range=1-')]).toEqual(['64\n', '36\n'])
  })

  test('of JSON lines count values', async () => {
    await put('{"a":1}\n{"a":2}\n{"a":3}\n')
    const meta = await createSelectObjectMeta(client, {
      ...object,
      process: 'json/meta',
      selectMetaRequest: { inputSerialization: { json: { type: 'LINES' } } },
    })
    expect(meta).toMatchObject({ rowsCount: 3, colsCount: 0 })
    expect(await fromJson('select a from ossobject', { type: 'LINES', range: 'line-range=1-' })).toBe(
      '{"a":2}\n{"a":3}\n',
    )
  })
})

describe('errors', () => {
  test.each([
    ['', 'InvalidSqlParameter'],
    ['select', 'SqlSyntaxError'],
    ['select * from other', 'SqlSyntaxError'],
    ['select * from ossobject group by _1', 'SqlSyntaxError'],
    ['select * from ossobject order by _1', 'SqlSyntaxError'],
    ['select * from ossobject a join other b on a._1 = b._1', 'SqlSyntaxError'],
    ['select _1 || _2 from ossobject', 'SqlSyntaxError'],
    ['select * from ossobject where avg(cast(_1 as int)) > 1', 'SqlSyntaxError'],
    ["select * from ossobject where _1 = 'a", 'SqlSyntaxError'],
    ['select sum(*) from ossobject', 'SqlSyntaxError'],
    ['select cast(_1 as color) from ossobject', 'SqlSyntaxError'],
    ['select unknown(_1) from ossobject', 'SqlSyntaxError'],
    ['select *, _1 from ossobject', 'SqlInvalidMixOfStarAndColumn'],
    ['select _1, count(*) from ossobject', 'SqlInvalidMixOfAggregationAndColumn'],
    ['select nobody from ossobject', 'SqlInvalidColumnName'],
    ['select _1001 from ossobject', 'SqlInvalidColumnIndex'],
    ['select a.b from ossobject', 'NestedColumnNotSupportInCsv'],
    ['select * from ossobject.a', 'TableRootNodeOnlySupportInJson'],
    ['select * from ossobject limit 0', 'SqlInvalidLimitValue'],
    ["select * from ossobject where _1 in (1, 'a')", 'SqlValueTypeOfInMustBeSame'],
    ["select * from ossobject where _1 like '%%%%%%'", 'SqlExceedsMaxWildCardCount'],
    ["select * from ossobject where _1 like 'a' escape '%'", 'SqlInvalidEscapeChar'],
    ["select * from ossobject where _1 like 'a' escape 'bc'", 'SqlOnlyOneEscapeCharIsAllowed'],
    ["select * from ossobject where _1 like 'a!' escape '!'", 'SqlNoCharAfterEscapeChar'],
    ['select * from ossobject where _1 like _2', 'SqlInvalidLikeOperand'],
    ['select * from ossobject where 1 is null', 'SqlInvalidIsNullOperand'],
    ["select * from ossobject where 'a' || 'b' = _1", 'SqlInvalidConcatOperand'],
    ['select * from ossobject where _1 + 1 and true', 'SqlInvalidAndOperand'],
    ["select * from ossobject where cast(_1 as timestamp format 'YMD') is null", 'SqlNotSupportedTimestampFormat'],
    [`select * from ossobject where ${'('.repeat(8000)}`, 'SqlExceedsMaxConditionDepth'],
  ])('%s is refused', async (expression, code) => {
    await put('a,b\n')
    await expect(fromCsv(expression)).rejects.toMatchObject({ code, status: 400 })
  })

  test('parameters that make no sense are refused', async () => {
    await put('a,b\n')
    const codes = [
      fromCsv('select * from ossobject', { fieldDelimiter: ';;' }),
      fromCsv('select * from ossobject', { recordDelimiter: 'abc' }),
      fromCsv('select * from ossobject', { range: 'bytes=1-2' }),
      fromCsv('select * from ossobject', {}, { outputRawData: true, enablePayloadCrc: true }),
      fromCsv('select count(*) from ossobject', {}, { keepAllColumns: true }),
      fromCsv('select _1, _1 from ossobject', {}, { keepAllColumns: true }),
    ].map((answer) => answer.catch(({ code }: { code: string }) => code))
    expect(await Promise.all(codes)).toEqual([
      'InvalidInputFieldDelimiter',
      'InvalidInputRecordDelimiter',
      'InvalidRange',
      'InvalidOSSSelectParameters',
      'SqlInvalidKeepAllColumnsWithAggregation',
      'SqlInvalidKeepAllColumnsWithDuplicateColumn',
    ])
  })
})

test('frames are written byte for byte', async () => {
  await put('a,1\nb,2\n')
  const expression = Buffer.from('select _1 from ossobject').toString('base64')
  const body = `<SelectRequest><Expression>${expression}</Expression><InputSerialization><CSV/></InputSerialization><OutputSerialization><EnablePayloadCrc>true</EnablePayloadCrc></OutputSerialization></SelectRequest>`
  const answer = await signedClient(emulator)('POST', { ...object, query: { 'x-oss-process': 'csv/select' }, body })
  expect([answer.status, answer.headers['x-oss-select-output-raw']]).toEqual([206, 'false'])
  expect(answer.bytes.toString('hex')).toBe(
    [
      '01800001',
      '0000000c',
      '00000000',
      '0000000000000008',
      '610a620a',
      '72b67825',
      '01800005',
      '00000014',
      '00000000',
      '0000000000000008',
      '0000000000000008',
      '000000c8',
      'f01949a3',
    ].join(''),
  )
  expect(element(answer.text, 'Code')).toBeUndefined()
})

test('the end frame of an object says what it consists of', async () => {
  await put('a,1\nb,2\n')
  const body = '<CsvMetaRequest><InputSerialization><CSV/></InputSerialization></CsvMetaRequest>'
  const answer = await signedClient(emulator)('POST', { ...object, query: { 'x-oss-process': 'csv/meta' }, body })
  expect(answer.status).toBe(200)
  expect(answer.bytes.toString('hex')).toBe(
    [
      '01800006',
      '00000024',
      '00000000',
      '0000000000000008',
      '0000000000000008',
      '000000c8',
      '00000001',
      '0000000000000002',
      '00000002',
      'a91a744a',
    ].join(''),
  )
})

test('whoever may read an object may query it', async () => {
  await put('a,1\n')
  const expression = Buffer.from('select _1 from ossobject').toString('base64')
  const body = `<SelectRequest><Expression>${expression}</Expression><InputSerialization><CSV/></InputSerialization><OutputSerialization><OutputRawData>true</OutputRawData></OutputSerialization></SelectRequest>`
  const ask = () =>
    signedClient(emulator)('POST', { ...object, query: { 'x-oss-process': 'csv/select' }, body, isAnonymous: true })
  expect((await ask()).status).toBe(403)
  await signedClient(emulator)('PUT', {
    ...object,
    query: { acl: null },
    headers: { 'x-oss-object-acl': 'public-read' },
  })
  expect((await ask()).text).toBe('a\n')
})
