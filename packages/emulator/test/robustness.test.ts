import { expect, test } from 'vitest'
import { journalLine } from '../src/journal/journal-entry.ts'
import { contentMd5, element, fetchFrom } from './signed-client.ts'
import { emulator, oss } from './watched-emulator.ts'

test('a document type is no part of an XML body', async () => {
  const body = '<!DOCTYPE a [<!ENTITY b "c">]><VersioningConfiguration><Status>&b;</Status></VersioningConfiguration>'
  const answer = await oss('PUT', { bucket: 'demo-bucket', query: { versioning: null }, body })
  expect(element(answer.text, 'Code')).toBe('MalformedXML')
})

test('elements a thousand deep are no XML body', async () => {
  const body = `<Delete>${'<a>'.repeat(1000)}${'</a>'.repeat(1000)}</Delete>`
  const headers = { 'content-md5': contentMd5(body) }
  const answer = await oss('POST', { bucket: 'demo-bucket', query: { delete: null }, body, headers })
  expect([answer.status, element(answer.text, 'Code')]).toEqual([400, 'MalformedXML'])
})

test('a reference to half a character is no character', async () => {
  const body = '<Delete><Object><Key>a&#xD83D;b</Key></Object></Delete>'
  const query = { delete: null, 'encoding-type': 'url' }
  const headers = { 'content-md5': contentMd5(body) }
  const answer = await oss('POST', { bucket: 'demo-bucket', query, body, headers })
  expect([answer.status, element(answer.text, 'Key')]).toEqual([200, 'a%26%23xD83D%3Bb'])
})

test('an object is read to its end while it is replaced', async () => {
  const body = Buffer.alloc(8_000_000, 'a')
  await oss('PUT', { bucket: 'demo-bucket', key: 'key', body, headers: { 'x-oss-object-acl': 'public-read' } })
  const response = await fetchFrom(emulator)(`${emulator.endpoint}/demo-bucket/key`)
  await oss('PUT', { bucket: 'demo-bucket', key: 'key', body: 'new' })
  expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true)
})

test('the log is text whatever a key is made of', async () => {
  const line = journalLine({
    ...emulator.journal.last()!,
    code: 'NoSuchKey',
    reason: 'no \u001b[2J\r\u009b key\nat all',
  })
  expect(line).toContain('NoSuchKey: no \\x1b[2J\\x0d\\x9b key\nat all')
})
