import { Jimp } from 'jimp'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { loadJimp } from '../src/process/image.ts'
import { element, signedClient, type TestAnswer, type TestCall } from './signed-client.ts'

let emulator: Emulator
let picture: Buffer

const red = 0xff0000ff
const blue = 0x0000ffff

/** A picture of 40 by 20, the left half red and the right one blue. */
async function paint(): Promise<Buffer> {
  const image = new Jimp({ width: 40, height: 20, color: red })
  return image.composite(new Jimp({ width: 20, height: 20, color: blue }), 20, 0).getBuffer('image/png')
}

beforeAll(async () => {
  emulator = await startEmulator()
  picture = await paint()
})
beforeEach(async () => {
  await emulator.reset()
  await oss('PUT')
  await oss('PUT', { key: 'picture.png', body: picture, headers: { 'content-type': 'image/png' } })
})
afterAll(() => emulator.close())

const oss = (method: string, call: TestCall = {}) => signedClient(emulator)(method, { bucket: 'demo-bucket', ...call })
const get = (instruction: string, key = 'picture.png') => oss('GET', { key, query: { 'x-oss-process': instruction } })
const codeOf = ({ status, text }: TestAnswer) => [status, element(text, 'Code')]
const sizeOf = async ({ bytes }: TestAnswer) => {
  const { width, height } = await Jimp.read(bytes)
  return [width, height]
}

test('image/info tells size and format', async () => {
  const { headers, text } = await get('image/info')
  expect(headers['content-type']).toBe('application/json')
  expect(JSON.parse(text)).toEqual({
    FileSize: { value: String(picture.length) },
    Format: { value: 'png' },
    ImageHeight: { value: '20' },
    ImageWidth: { value: '40' },
  })
})

test.each([
  ['resize,w_20', [20, 10]],
  ['resize,h_10', [20, 10]],
  ['resize,w_10,h_10', [10, 5]],
  ['resize,w_10,h_10,m_mfit', [20, 10]],
  ['resize,w_10,h_10,m_fill', [10, 10]],
  ['resize,w_10,h_10,m_pad', [10, 10]],
  ['resize,w_10,h_15,m_fixed', [10, 15]],
  ['resize,l_20', [20, 10]],
  ['resize,s_10', [20, 10]],
  ['resize,p_50', [20, 10]],
  ['resize,w_80', [40, 20]],
  ['resize,w_80,limit_0', [80, 40]],
  ['crop,w_10,h_10', [10, 10]],
  ['crop,x_35,w_10', [5, 20]],
  ['resize,w_20/crop,w_5,h_5,g_center', [5, 5]],
  ['rotate,90', [20, 40]],
])('image/%s makes a picture of its size', async (steps, size) => {
  const answer = await get(`image/${steps}`)
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'image/png'])
  expect(await sizeOf(answer)).toEqual(size)
})

test('what is cut and what is filled up are where they should be', async () => {
  const padded = await Jimp.read((await get('image/resize,w_10,h_10,m_pad,color_00FF00')).bytes)
  expect([padded.getPixelColor(5, 0), padded.getPixelColor(0, 5), padded.getPixelColor(9, 5)]).toEqual([
    0x00ff00ff,
    red,
    blue,
  ])
  const filled = await Jimp.read((await get('image/crop,w_10,h_10,g_east')).bytes)
  expect(filled.getPixelColor(0, 0)).toBe(blue)
})

test('a picture gets another format and quality', async () => {
  const good = await get('image/format,jpg/quality,q_95')
  const poor = await get('image/format,jpg/quality,q_5')
  expect(good.headers['content-type']).toBe('image/jpeg')
  expect((await Jimp.read(good.bytes)).mime).toBe('image/jpeg')
  expect(poor.bytes.length).toBeLessThan(good.bytes.length)
})

test('a style stands for its instruction', async () => {
  const body = '<Style><Content>image/resize,w_10</Content></Style>'
  await oss('PUT', { query: { style: null, styleName: 'small' }, body })
  expect(await sizeOf(await get('style/small'))).toEqual([10, 5])
  expect(codeOf(await get('style/large'))).toEqual([404, 'NoSuchStyle'])
})

test('the result can be kept as an object', async () => {
  const key = Buffer.from('small/目录.png').toString('base64url')
  const body = `x-oss-process=image/resize,w_10|sys/saveas,o_${key}`
  const answer = await oss('POST', { key: 'picture.png', query: { 'x-oss-process': null }, body })
  const kept = await oss('GET', { key: 'small/目录.png' })
  expect(JSON.parse(answer.text)).toEqual({
    bucket: '',
    fileSize: kept.bytes.length,
    object: 'small/目录.png',
    status: 'OK',
  })
  expect([await sizeOf(kept), kept.headers['content-type']]).toEqual([[10, 5], 'image/png'])
})

test.each([
  ['image/watermark,text_SGVsbG8', 501, 'NotImplemented'],
  ['image/format,webp', 501, 'NotImplemented'],
  ['video/snapshot,t_1000', 501, 'NotImplemented'],
  ['image/resize', 400, 'InvalidArgument'],
  ['image/resize,w_0', 400, 'InvalidArgument'],
  ['image/resize,w_10,m_best', 400, 'InvalidArgument'],
  ['image/crop,x_50,w_10', 400, 'BadRequest'],
  ['image', 400, 'InvalidArgument'],
])('%s is refused', async (instruction, status, code) => {
  expect(codeOf(await get(instruction))).toEqual([status, code])
})

test('the head of a processed picture is that of its bytes', async () => {
  const call = { key: 'picture.png', query: { 'x-oss-process': 'image/resize,w_20/format,jpg' } }
  const [head, whole] = [await oss('HEAD', call), await oss('GET', call)]
  expect([head.status, head.text, head.headers['content-type']]).toEqual([200, '', 'image/jpeg'])
  expect(head.headers['content-length']).toBe(String(whole.bytes.length))
})

test('what is no picture is not processed', async () => {
  await oss('PUT', { key: 'text', body: 'text' })
  expect(codeOf(await get('image/resize,w_10', 'text'))).toEqual([400, 'BadRequest'])
})

test('where the package that processes images is missing, processing is not implemented', async () => {
  const missing = () => Promise.reject(new Error("Cannot find package 'jimp'"))
  await expect(loadJimp(missing)).rejects.toMatchObject({ status: 501, code: 'NotImplemented' })
})
