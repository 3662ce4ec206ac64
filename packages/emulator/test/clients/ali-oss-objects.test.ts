import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import type { Client } from 'ali-oss'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { type Emulator, startEmulator } from '../../src/index.ts'
import { aliOss, bucket, cname, ways } from './ali-oss-client.ts'

let emulator: Emulator

beforeAll(async () => {
  emulator = await startEmulator({ cnames: { [cname]: bucket } })
})
afterAll(() => emulator.close())

/** A file that is there until the test ends. */
function fileOf(name: string, content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'ali-oss-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

/** A PNG of one pixel. */
const dot = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

const oddKeys = [
  'a b',
  'a+b',
  'a%2Fb',
  'a%b',
  'a=b&c=d',
  'a#b?c',
  "it's (a) *star*!",
  'dir//twice',
  'trailing/',
  '中文/空格 文件.txt',
  'émoji 😀',
  '~tilde-_.',
  '[brackets]{braces}|^`"<>\\',
  'a;b,c:d@e$f',
]

describe.each(ways)('ali-oss with %s', (_, way) => {
  let oss: Client

  beforeEach(async () => {
    await emulator.reset()
    oss = aliOss(emulator, way)
    await oss.putBucket!(bucket)
  })

  test('puts bytes and gets them back with their description', async () => {
    const put = await oss.put!('dir/a.txt', Buffer.from('hello'), {
      meta: { author: 'someone', year: 2026 },
      headers: { 'Cache-Control': 'no-cache', 'Content-Disposition': 'attachment; filename="a.txt"' },
    })
    const got = await oss.get!('dir/a.txt')
    const head = await oss.head!('dir/a.txt')

    expect([put.res.status, put.name]).toEqual([200, 'dir/a.txt'])
    expect([got.content.toString(), got.res.headers['content-type']]).toEqual(['hello', 'text/plain'])
    expect(head.meta).toEqual({ author: 'someone', year: '2026' })
    expect(head.res.headers).toMatchObject({
      etag: '"5D41402ABC4B2A76B9719D911017C592"',
      'cache-control': 'no-cache',
      'content-disposition': 'attachment; filename="a.txt"',
      'content-length': '5',
    })
  })

  test('puts and gets files and streams', async () => {
    const file = fileOf('note.json', '{"a":1}')
    await oss.put!('from-file', file)
    await oss.putStream!('from-stream', Readable.from([Buffer.from('one '), Buffer.from('two')]))
    await oss.putStream!('with-length', Readable.from([Buffer.from('12345')]), { contentLength: 5 })
    const target = fileOf('target', '')
    await oss.get!('from-file', target)
    const sink = new PassThrough()
    const [piped] = await Promise.all([text(sink), oss.get!('from-stream', sink)])
    const streamed = await oss.getStream!('from-stream')

    expect(piped).toBe('one two')
    expect(await text(streamed.stream)).toBe('one two')
    expect((await oss.get!('from-file')).content.toString()).toBe('{"a":1}')
    expect((await oss.head!('from-file')).res.headers['content-type']).toBe('application/json')
    expect((await oss.get!('with-length')).content.toString()).toBe('12345')
  })

  test('gets ranges and honours conditions', async () => {
    const { res } = await oss.put!('a', Buffer.from('0123456789'))
    const range = await oss.get!('a', { headers: { Range: 'bytes=2-4' } })

    expect([range.res.status, range.content.toString()]).toEqual([206, '234'])
    expect(range.res.headers['content-range']).toBe('bytes 2-4/10')
    await expect(oss.get!('a', { headers: { 'If-Match': '"no"' } })).rejects.toMatchObject({
      status: 412,
      code: 'PreconditionFailed',
    })
    const unchanged = await oss.head!('a', { headers: { 'If-None-Match': res.headers.etag } })
    expect(unchanged.status).toBe(304)
  })

  test('tells a missing object and a missing bucket by their codes', async () => {
    await expect(oss.get!('missing')).rejects.toMatchObject({ status: 404, code: 'NoSuchKey' })
    await expect(oss.head!('missing')).rejects.toMatchObject({ status: 404, code: 'NoSuchKey' })
    await oss.deleteBucket!(bucket)
    await expect(oss.get!('a')).rejects.toMatchObject({ status: 404, code: 'NoSuchBucket' })
  })

  test('forbids overwriting when told to', async () => {
    await oss.put!('a', Buffer.from('first'))
    const second = oss.put!('a', Buffer.from('second'), { headers: { 'x-oss-forbid-overwrite': 'true' } })
    await expect(second).rejects.toMatchObject({ status: 409, code: 'FileAlreadyExists' })
    expect((await oss.get!('a')).content.toString()).toBe('first')
  })

  test('keeps odd keys apart, and lists and deletes them', async () => {
    for (const key of oddKeys) await oss.put!(key, Buffer.from(key))

    for (const key of oddKeys) expect((await oss.get!(key)).content.toString()).toBe(key)
    const listed = await oss.listV2!({ 'max-keys': 1000 })
    const byBytes = [...oddKeys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    expect(listed.objects.map(({ name }: { name: string }) => name)).toEqual(byBytes)
    const gone = await oss.deleteMulti!(oddKeys)
    expect(gone.deleted.map(({ Key }: { Key: string }) => Key).toSorted()).toEqual(oddKeys.toSorted())
    expect((await oss.list!({})).objects).toEqual([])
  })

  test('lists by prefix, delimiter, marker and pages', async () => {
    for (const key of ['a/1', 'a/2', 'b/1', 'c', 'd']) await oss.put!(key, Buffer.from('x'))
    const names = ({ objects }: { objects: { name: string }[] }) => objects.map(({ name }) => name)

    const first = await oss.list!({ 'max-keys': 2 })
    const second = await oss.list!({ 'max-keys': 2, marker: first.nextMarker })
    const folders = await oss.list!({ prefix: '', delimiter: '/' })
    const firstV2 = await oss.listV2!({ 'max-keys': 3, delimiter: '/', 'fetch-owner': true })
    const secondV2 = await oss.listV2!({
      'max-keys': 3,
      delimiter: '/',
      'continuation-token': firstV2.nextContinuationToken,
    })
    const after = await oss.listV2!({ 'start-after': 'b/1' })

    expect([names(first), first.isTruncated, names(second)]).toEqual([['a/1', 'a/2'], true, ['b/1', 'c']])
    expect([names(folders), folders.prefixes]).toEqual([
      ['c', 'd'],
      ['a/', 'b/'],
    ])
    expect([names(firstV2), firstV2.prefixes, firstV2.keyCount]).toEqual([['c'], ['a/', 'b/'], 3])
    expect(firstV2.objects[0].owner.id).toBe('1234567890123456')
    expect([names(secondV2), secondV2.isTruncated]).toEqual([['d'], false])
    expect(names(after)).toEqual(['c', 'd'])
  })

  test('copies, with and without the description', async () => {
    await oss.put!('源 文件', Buffer.from('text'), { meta: { a: '1' }, mime: 'text/html' })
    const copied = await oss.copy!('copied', '源 文件')
    await oss.copy!('replaced', '源 文件', { meta: { b: '2' } })
    await oss.copy!('named', '源 文件', bucket)
    await oss.putMeta!('copied', { c: '3' })

    expect(copied.data.etag).toBe('"1CB251EC0D568DE6A929B520C4AED8D1"')
    expect((await oss.head!('replaced')).meta).toEqual({ b: '2' })
    expect((await oss.head!('named')).meta).toEqual({ a: '1' })
    expect((await oss.head!('copied')).meta).toEqual({ c: '3' })
    expect((await oss.get!('copied')).content.toString()).toBe('text')
    await expect(oss.copy!('x', 'missing')).rejects.toMatchObject({ status: 404, code: 'NoSuchKey' })
  })

  test('deletes one and many, quietly and not', async () => {
    for (const key of ['a', 'b', 'c']) await oss.put!(key, Buffer.from('x'))

    expect((await oss.delete!('a')).res.status).toBe(204)
    expect((await oss.delete!('a')).res.status).toBe(204)
    expect((await oss.deleteMulti!(['b', 'missing'])).deleted).toHaveLength(2)
    const quiet = await oss.deleteMulti!(['c'], { quiet: true })
    expect(quiet.deleted ?? []).toEqual([])
    expect((await oss.list!({})).objects).toEqual([])
  })

  test('appends where the object ends, and nowhere else', async () => {
    const first = await oss.append!('log', Buffer.from('one '))
    const second = await oss.append!('log', Buffer.from('two'), { position: first.nextAppendPosition })

    expect([first.nextAppendPosition, second.nextAppendPosition]).toEqual(['4', '7'])
    expect((await oss.get!('log')).content.toString()).toBe('one two')
    await expect(oss.append!('log', Buffer.from('x'), { position: '3' })).rejects.toMatchObject({
      status: 409,
      code: 'PositionNotEqualToLength',
    })
  })

  test('sets and tells ACL, tags and the target of a symlink', async () => {
    await oss.put!('a', Buffer.from('text'))
    await oss.putACL!('a', 'public-read')
    await oss.putObjectTagging!('a', { colour: 'red', 'a b': 'c+d' })
    await oss.putSymlink!('link', 'a', { meta: { kind: 'link' }, storageClass: 'IA' })

    expect((await oss.getACL!('a')).acl).toBe('public-read')
    expect((await oss.getObjectTagging!('a')).tag).toEqual({ colour: 'red', 'a b': 'c+d' })
    expect((await oss.head!('a')).res.headers['x-oss-tagging-count']).toBe('2')
    await oss.deleteObjectTagging!('a')
    expect((await oss.getObjectTagging!('a')).tag).toEqual({})
    expect((await oss.getSymlink!('link')).targetName).toBe('a')
    expect((await oss.get!('link')).content.toString()).toBe('text')
    expect((await oss.getObjectMeta!('a')).res.headers['content-length']).toBe('4')
  })

  test('restores an archived object once', async () => {
    await oss.put!('old', Buffer.from('text'), { headers: { 'x-oss-storage-class': 'Archive' } })

    await expect(oss.get!('old')).rejects.toMatchObject({ status: 403, code: 'InvalidObjectState' })
    expect((await oss.restore!('old', { type: 'Archive', Days: 3 })).res.status).toBe(202)
    await expect(oss.restore!('old')).rejects.toMatchObject({ status: 409, code: 'RestoreAlreadyInProgress' })
    const [listed] = (await oss.list!({})).objects
    expect(listed.restoreInfo.ongoingRequest).toBe(true)
  })

  test('moves a megabyte of every byte value unchanged', async () => {
    const bytes = Buffer.from(Array.from({ length: 1024 * 1024 }, (_, index) => (index * 31 + (index >> 8)) & 255))
    await oss.put!('big', bytes)
    await oss.putStream!('big-stream', Readable.from([bytes.subarray(0, 300_001), bytes.subarray(300_001)]))

    expect((await oss.get!('big')).content.equals(bytes)).toBe(true)
    expect((await buffer((await oss.getStream!('big-stream')).stream)).equals(bytes)).toBe(true)
  })

  test('processes pictures', async () => {
    await oss.put!('dot.png', dot)
    const info = await oss.get!('dot.png', { process: 'image/info' })
    const larger = await oss.get!('dot.png', { process: 'image/resize,w_3,h_2,m_fixed,limit_0' })
    const saved = await oss.processObjectSave!('dot.png', '图/saved+1.png', 'image/resize,w_4,h_1,m_fixed,limit_0')
    const read = await oss.get!('图/saved+1.png')

    expect(saved.status).toBe(200)
    expect([read.content.readUInt32BE(16), read.content.readUInt32BE(20)]).toEqual([4, 1])
    expect(JSON.parse(info.content.toString())).toMatchObject({ ImageWidth: { value: '1' }, Format: { value: 'png' } })
    // Width and height of a PNG are the first fields after its signature.
    expect([larger.content.readUInt32BE(16), larger.content.readUInt32BE(20)]).toEqual([3, 2])
  })

  test('tells the application of an upload', async () => {
    const told: string[] = []
    const server = createServer(async (request, response) => {
      told.push(await text(request))
      response.setHeader('content-type', 'application/json')
      response.end('{"Status":"OK"}')
    }).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo

    const put = await oss.put!('a', Buffer.from('text'), {
      callback: {
        url: `http://127.0.0.1:${port}`,
        body: 'object=$' + '{object}&mine=$' + '{x:mine}',
        contentType: 'application/x-www-form-urlencoded',
        customValue: { mine: 'own' },
      },
    })

    expect(put.data).toEqual({ Status: 'OK' })
    expect(told).toEqual(['object=a&mine=own'])
  })
})
