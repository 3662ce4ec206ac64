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

  expect(text(sent[0]!.bytes)).toBe('<Colors><Color>red</Color><Color>a&lt;b&amp;c</Color><Alpha>007</Alpha></Colors>')
  expect(sent[0]!.headers).toMatchObject({
    'content-type': 'application/xml',
    'content-md5': 'Eh9KAEvFf1SuA3f8c1souQ==',
  })
})

test('an application reads a document that the SDK does not know', async () => {
  const body = '<?xml version="1.0"?><Colors><Color>red</Color><Color>a&lt;b</Color><Alpha>007</Alpha></Colors>'
  const { client } = scripted([{ body }])

  const { document } = await getColor(client, { bucket: 'photos' })

  expect(document).toEqual({ Colors: { Color: ['red', 'a<b'], Alpha: '007' } })
})

test.each([
  ['a document type', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
  ['no XML', '<a><b></a>'],
])('%s is refused', async (_, body) => {
  const { client } = scripted([{ body }])

  await expect(getColor(client, { bucket: 'photos' })).rejects.toMatchObject({ name: 'SerializationError' })
})

test('a document needs one root', async () => {
  const { client } = scripted([refusal(500, 'never asked')])

  await expect(putColor(client, { bucket: 'photos', document: { a: '', b: '' } })).rejects.toMatchObject({
    field: 'document',
  })
})
