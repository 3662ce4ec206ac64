import { invalidArgument, notImplemented, ServiceFault } from '../errors.ts'
import type { Step } from './instruction.ts'
import { numberIn, resizingOf, type Size } from './resize.ts'

type JimpModule = typeof import('jimp')

interface Box {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

/** As much of an image of jimp as is used here. Its methods change it. */
interface Image {
  readonly bitmap: Size
  readonly mime?: string
  resize(size: Pick<Box, 'w' | 'h'>): Image
  crop(box: Box): Image
  rotate(degrees: number): Image
  composite(other: Image, x: number, y: number): Image
  getBuffer(type: ImageType, options?: { readonly quality: number }): Promise<Buffer>
}

/** An image, or what is told of one. */
export interface Processed {
  readonly bytes: Buffer
  readonly contentType: string
}

type ImageType = 'image/bmp' | 'image/gif' | 'image/jpeg' | 'image/png' | 'image/tiff'

const formats: Readonly<Record<string, ImageType>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  bmp: 'image/bmp',
  gif: 'image/gif',
  tiff: 'image/tiff',
}
const maximumBytes = 20 * 1024 * 1024

/** Loads the package that processes images, which is the user's to install. Throws 501 where it is not. */
export async function loadJimp(load: () => Promise<JimpModule> = () => import('jimp')): Promise<JimpModule> {
  try {
    return await load()
  } catch {
    throw new ServiceFault(501, 'NotImplemented', 'Images are processed where the package jimp is installed.', {
      details: { Operation: 'x-oss-process' },
    })
  }
}

async function readImage({ Jimp }: JimpModule, bytes: Buffer): Promise<Image> {
  if (bytes.length > maximumBytes) {
    throw new ServiceFault(400, 'ImageTooLarge', 'The size of the image exceeds the limit.')
  }
  try {
    return (await Jimp.read(bytes)) as unknown as Image
  } catch {
    throw new ServiceFault(400, 'BadRequest', 'This image format is not supported.')
  }
}

const typeOf = (image: Image): ImageType =>
  Object.values(formats).find((type) => type === image.mime?.replace('x-ms-bmp', 'bmp')) ?? 'image/png'

function resized({ Jimp }: JimpModule, image: Image, step: Step): Image {
  const resizing = resizingOf(step, image.bitmap)
  if (resizing === undefined) return image
  const { scaled, canvas, color } = resizing
  const whole = image.resize({ w: scaled.width, h: scaled.height })
  const [left, top] = [canvas.width - scaled.width, canvas.height - scaled.height].map((rest) => Math.round(rest / 2))
  if (left === 0 && top === 0) return whole
  const ground = new Jimp({ ...canvas, color: `#${color}FF` }) as unknown as Image
  return ground.composite(whole, left ?? 0, top ?? 0)
}

/** The part of an image that `crop` keeps: from a corner or the centre, and no more than there is. */
function cropped(image: Image, step: Step): Image {
  const { width, height }: Size = image.bitmap
  const [w = width, h = height] = ['w', 'h'].map((name) => numberIn(step, name, 0, 30_000))
  const [x = 0, y = 0] = ['x', 'y'].map((name) => numberIn(step, name, 0, 30_000))
  const gravity = step.parameters.get('g') ?? 'nw'
  const place = ['nw', 'north', 'ne', 'west', 'center', 'east', 'sw', 'south', 'se'].indexOf(gravity)
  if (place < 0) throw invalidArgument('g', gravity, 'The place to crop from is invalid.')
  const left = Math.round(((width - w) * (place % 3)) / 2) + x
  const top = Math.round(((height - h) * Math.floor(place / 3)) / 2) + y
  const [fromX, fromY] = [Math.max(0, left), Math.max(0, top)]
  const size = { w: Math.min(left + w, width) - fromX, h: Math.min(top + h, height) - fromY }
  if (size.w > 0 && size.h > 0) return image.crop({ x: fromX, y: fromY, ...size })
  throw new ServiceFault(400, 'BadRequest', 'Advance cut is outside of the image.')
}

/** Steps that change pixels; `format` and `quality` only say how they are written. */
const changes: Readonly<Record<string, (jimp: JimpModule, image: Image, step: Step) => Image>> = {
  resize: resized,
  crop: (_, image, step) => cropped(image, step),
  rotate: (_, image, step) => image.rotate(-Number([...step.parameters.keys()][0] ?? 0)),
  format: (_, image) => image,
  quality: (_, image) => image,
}

function checkStep(step: Step): void {
  if (!Object.hasOwn(changes, step.name)) throw notImplemented(`image/${step.name}`)
  const [first = ''] = step.parameters.keys()
  if (step.name === 'rotate' && !(/^\d{1,3}$/.test(first) && Number(first) <= 360)) {
    throw invalidArgument('rotate', first, 'The angle must be between 0 and 360.')
  }
  if (step.name === 'format' && !Object.hasOwn(formats, first)) throw notImplemented(`image/format,${first}`)
}

/** What `image/info` tells. */
function infoOf(image: Image, size: number): Processed {
  const format = typeOf(image).slice('image/'.length).replace('jpeg', 'jpg')
  const values = { FileSize: size, Format: format, ImageHeight: image.bitmap.height, ImageWidth: image.bitmap.width }
  const told = Object.entries(values).map(([name, value]) => [name, { value: String(value) }])
  return { bytes: Buffer.from(JSON.stringify(Object.fromEntries(told))), contentType: 'application/json' }
}

/** Carries out the steps of an instruction on the bytes of an image. */
export async function processImage(bytes: Buffer, steps: readonly Step[]): Promise<Processed> {
  if (steps.length === 0) throw invalidArgument('x-oss-process', 'image', 'The steps of processing are missing.')
  const isInfo = steps.length === 1 && steps[0]!.name === 'info'
  if (!isInfo) for (const step of steps) checkStep(step)
  const jimp = await loadJimp()
  const image = await readImage(jimp, bytes)
  if (isInfo) return infoOf(image, bytes.length)
  const source = typeOf(image)
  const result = steps.reduce((changed, step) => changes[step.name]!(jimp, changed, step), image)
  const format = steps.findLast(({ name }) => name === 'format')
  const quality = steps.findLast(({ name }) => name === 'quality')
  const contentType = format === undefined ? source : formats[[...format.parameters.keys()][0]!]!
  const level = quality && (numberIn(quality, 'Q', 1, 100) ?? numberIn(quality, 'q', 1, 100))
  if (contentType === 'image/jpeg') {
    return { bytes: await result.getBuffer(contentType, { quality: level ?? 85 }), contentType }
  }
  return { bytes: await result.getBuffer(contentType), contentType }
}
