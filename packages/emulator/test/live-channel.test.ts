import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { settableClock } from './settable-clock.ts'
import { element, elements, signedClient, type TestAnswer, type TestCall } from './signed-client.ts'

const clock = settableClock('2026-03-04T05:06:07.000Z')
let emulator: Emulator

beforeAll(async () => {
  emulator = await startEmulator({ clock: clock.now })
})
beforeEach(async () => {
  await emulator.reset()
  await oss('PUT')
})
afterAll(() => emulator.close())

const oss = (method: string, call: TestCall = {}) =>
  signedClient(emulator)(method, { bucket: 'demo-bucket', signedAt: clock.now(), ...call })
const codeOf = ({ status, text }: TestAnswer) => [status, element(text, 'Code'), element(text, 'EC')]
const channel = (target = '<Type>HLS</Type>') =>
  `<LiveChannelConfiguration><Description>a show</Description><Target>${target}</Target></LiveChannelConfiguration>`
const put = (key: string, body = channel()) => oss('PUT', { key, query: { live: null }, body })
const get = (key: string, query: Record<string, string | null>) => oss('GET', { key, query })

test('a live channel is made with its addresses, and told with its defaults', async () => {
  const { text } = await put('show')
  expect(elements(text, 'Url')).toEqual([
    'rtmp://demo-bucket.oss-cn-hangzhou.aliyuncs.com/live/show',
    'http://demo-bucket.oss-cn-hangzhou.aliyuncs.com/show/playlist.m3u8',
  ])
  const info = (await get('show', { live: null })).text
  expect(info.split('\n')[1]).toBe(
    '<LiveChannelConfiguration><Description>a show</Description><Status>enabled</Status><Target><Type>HLS</Type><FragDuration>5</FragDuration><FragCount>3</FragCount><PlaylistName>playlist.m3u8</PlaylistName></Target></LiveChannelConfiguration>',
  )
})

test('a live channel is idle, or disabled, and has no history', async () => {
  await put('show')
  const state = async () => element((await get('show', { live: null, comp: 'stat' })).text, 'Status')
  expect(await state()).toBe('Idle')
  expect((await oss('PUT', { key: 'show', query: { live: null, status: 'disabled' } })).status).toBe(200)
  expect(await state()).toBe('Disabled')
  expect(codeOf(await oss('PUT', { key: 'show', query: { live: null, status: 'paused' } })).slice(0, 2)).toEqual([
    400,
    'InvalidArgument',
  ])
  const history = await get('show', { live: null, comp: 'history' })
  expect([history.status, element(history.text, 'LiveChannelHistory')]).toEqual([200, ''])
})

test('live channels are listed by name, a page at a time, and keep their bucket from being removed', async () => {
  for (const name of ['b', 'a', 'c']) await put(name)
  const first = (await oss('GET', { query: { live: null, 'max-keys': '2' } })).text
  expect([elements(first, 'Name'), element(first, 'NextMarker'), element(first, 'LastModified')]).toEqual([
    ['a', 'b'],
    'b',
    '2026-03-04T05:06:07.000Z',
  ])
  const rest = (await oss('GET', { query: { live: null, marker: 'b' } })).text
  expect([elements(rest, 'Name'), element(rest, 'IsTruncated')]).toEqual([['c'], 'false'])
  expect(element((await oss('GET', { query: { stat: null } })).text, 'LiveChannelCount')).toBe('3')
  expect(codeOf(await oss('DELETE')).slice(0, 2)).toEqual([409, 'BucketNotEmpty'])
  for (const key of ['a', 'b', 'c']) expect((await oss('DELETE', { key, query: { live: null } })).status).toBe(204)
  expect((await oss('DELETE')).status).toBe(204)
})

test('what was never streamed has no playlist', async () => {
  await put('show')
  const query = { vod: null, startTime: '1772600000', endTime: '1772600100' }
  const refused = [400, 'InvalidArgument', '0044-00000308']
  expect(codeOf(await oss('POST', { key: 'show/vod.m3u8', query }))).toEqual(refused)
  expect(codeOf(await get('show', query))).toEqual(refused)
})

test.each([
  ['another type', channel('<Type>RTMP</Type>'), 'MalformedXML'],
  ['a playlist of another kind', channel('<Type>HLS</Type><PlaylistName>list.txt</PlaylistName>'), 'InvalidArgument'],
  ['too many fragments', channel('<Type>HLS</Type><FragCount>101</FragCount>'), 'InvalidArgument'],
  ['no configuration', '', 'MalformedXML'],
])('a live channel with %s is refused', async (_, body, code) => {
  expect(codeOf(await put('show', body)).slice(0, 2)).toEqual([400, code])
})

test('a live channel that does not exist is missing', async () => {
  expect(codeOf(await get('show', { live: null })).slice(0, 2)).toEqual([404, 'NoSuchLiveChannel'])
})
