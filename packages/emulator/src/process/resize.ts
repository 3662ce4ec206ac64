import { invalidArgument } from '../errors.ts'
import type { Step } from './instruction.ts'

/** Width and height in pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** How an image is resized: scaled first, then cut or filled up to `canvas`, where that differs. */
export interface Resizing {
  readonly scaled: Size
  readonly canvas: Size
  /** What fills up, as `RRGGBB`. */
  readonly color: string
}

const modes = ['lfit', 'mfit', 'fill', 'pad', 'fixed']
const maximumSide = 16_384

/** A number among the parameters of a step. */
export function numberIn(
  { name, parameters }: Step,
  parameter: string,
  least: number,
  most: number,
): number | undefined {
  const text = parameters.get(parameter)
  if (text === undefined) return undefined
  if (/^\d+$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text)
  throw invalidArgument(parameter, text, `The parameter ${parameter} of ${name} must be between ${least} and ${most}.`)
}

const scaledBy = ({ width, height }: Size, factor: number): Size => ({
  width: Math.max(1, Math.round(width * factor)),
  height: Math.max(1, Math.round(height * factor)),
})

/** The width and height that a step names, by the sides or by the longer and the shorter one. */
function namedSides(step: Step, source: Size): Partial<Size> {
  const [longest, shortest] = ['l', 's'].map((name) => numberIn(step, name, 1, maximumSide))
  const isWide = source.width >= source.height
  const [width, height] = isWide ? [longest, shortest] : [shortest, longest]
  const named = {
    width: numberIn(step, 'w', 1, maximumSide) ?? width,
    height: numberIn(step, 'h', 1, maximumSide) ?? height,
  }
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined))
}

/** Works out how an image of a size is resized; undefined when it stays as it is. */
export function resizingOf(step: Step, source: Size): Resizing | undefined {
  const mode = step.parameters.get('m') ?? 'lfit'
  if (!modes.includes(mode)) throw invalidArgument('m', mode, `The mode of resize must be one of ${modes.join(', ')}.`)
  const color = step.parameters.get('color') ?? 'FFFFFF'
  if (!/^[0-9a-fA-F]{6}$/.test(color)) throw invalidArgument('color', color, 'The color must be as in FFFFFF.')
  const isLimited = (numberIn(step, 'limit', 0, 1) ?? 1) === 1
  const percentage = numberIn(step, 'p', 1, 1000)
  const { width, height } = namedSides(step, source)
  const only = (scaled: Size): Resizing => ({ scaled, canvas: scaled, color })
  if (width === undefined && height === undefined) {
    if (percentage === undefined) throw invalidArgument('resize', '', 'The size to resize to is missing.')
    return only(scaledBy(source, percentage / 100))
  }
  const isTooLarge = (size: Size): boolean => isLimited && (size.width > source.width || size.height > source.height)
  if (width === undefined || height === undefined) {
    const scaled = scaledBy(source, width === undefined ? height! / source.height : width / source.width)
    return isTooLarge(scaled) ? undefined : only({ ...scaled, ...(width ? { width } : { height: height! }) })
  }
  const canvas = { width, height }
  const factors = [width / source.width, height / source.height]
  const inner = scaledBy(source, Math.min(...factors))
  const outer = scaledBy(source, Math.max(...factors))
  const scaled = { lfit: inner, mfit: outer, fill: outer, pad: inner, fixed: canvas }[mode] ?? inner
  if (isTooLarge(mode === 'fill' || mode === 'pad' ? canvas : scaled)) return undefined
  return mode === 'fill' || mode === 'pad' ? { scaled, canvas, color } : only(scaled)
}
