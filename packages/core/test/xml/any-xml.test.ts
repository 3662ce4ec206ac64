import { expect, test } from 'vitest'
import { operation } from '../../src/operation.ts'
import { required } from '../../src/words.ts'
import { anyXml } from '../../src/xml.ts'
import { refusal, scripted, text } from '../client/recording.ts'

const putColor = operation({
  name: 'PutBucketColor',
  route: 'PUT /{bucket}?color',
  input: { document: required(anyXml()) },
})
const getColor = operation({
  name: 'GetBucketColor',
  route: 'GET /{bucket}?color',
  output: { document: required(anyXml()) },
})

test('an application sends a document that the SDK does not know', async () => {
  const { client, sent } = scripted([{}])

  await putColor(client, { bucket: 'photos', document: { Colors: { Color: ['red', 'a<b&c'], Alpha: '007' } } })

  expect(text(sent[0]!.bytes)).toBe('<Colors><Color>red</Color><Color>a&#60;b&#38;c</Color><Alpha>007</Alpha></Colors>')
  expect(sent[0]!.headers).toMatchObject({
    'content-type': 'application/xml',
    'content-md5': '+bzaX2Ef0dDQTJfSFL/XRA==',
  })
})

test('an application reads a document that the SDK does not know', async () => {
  const body = '<?xml version="1.0"?><Colors><Color>red</Color><Color>a&lt;b</Color><Alpha>007</Alpha></Colors>'
  const { client } = scripted([{ body }])

  const { document } = await getColor(client, { bucket: 'photos' })

  expect(document).toEqual({ Colors: { Color: ['red', 'a<b'], Alpha: '007' } })
})

test.each([
  ['space around text', '<a>\n  <b> c </b>\n  <d/>\n</a>', { a: { b: ' c ', d: '' } }],
  ['text that is space', '<a><b> </b></a>', { a: { b: ' ' } }],
  ['numeric entities', '<a>&#20320;&#x41;&amp;#x41;&#10;</a>', { a: '你A&#x41;\n' }],
  ['CDATA', '<a><![CDATA[ <b>&amp; ]]></a>', { a: ' <b>&amp; ' }],
  ['text beside elements', '<a>x<b>y</b>z</a>', { a: { '#text': 'xz', b: 'y' } }],
])('%s is read as it stands', async (_, body, expected) => {
  const { client } = scripted([{ body }])

  expect((await getColor(client, { bucket: 'photos' })).document).toEqual(expected)
})

test('what is sent is read back as it was', async () => {
  const { client, sent } = scripted([{}])
  const document = { Colors: { Color: [' a ', '<>&"\'', '你\n\t\r', ''], Alpha: { Beta: '&#65;' } } }

  await putColor(client, { bucket: 'photos', document })
  const { client: answered } = scripted([{ body: text(sent[0]!.bytes) }])

  expect((await getColor(answered, { bucket: 'photos' })).document).toEqual(document)
})

test('half of a surrogate pair is refused', async () => {
  const { client } = scripted([refusal(500, 'never asked')])
  const document = { Colors: { Color: 'a\ud800' } }

  await expect(putColor(client, { bucket: 'photos', document })).rejects.toMatchObject({ field: 'document' })
})

test.each([
  ['a document type', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
  ['no XML', '<a><b></a>'],
])('%s is refused', async (_, body) => {
  const { client } = scripted([{ body }])

  await expect(getColor(client, { bucket: 'photos' })).rejects.toMatchObject({ name: 'SerializationError' })
})

test.each([
  ['two names', { a: '', b: '' }],
  ['no name', {}],
  ['two elements of a name', { a: ['x', 'y'] }],
  ['no element of a name', { a: [] }],
])('a document needs one root, not %s', async (_, document) => {
  const { client } = scripted([refusal(500, 'never asked')])

  await expect(putColor(client, { bucket: 'photos', document })).rejects.toMatchObject({ field: 'document' })
})
