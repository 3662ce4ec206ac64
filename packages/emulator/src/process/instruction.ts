import type { Call } from '../call.ts'
import { configurationsOf } from '../configurations/stored.ts'
import { invalidArgument, ServiceFault } from '../errors.ts'
import { elementAt, readXml } from '../xml.ts'

/** A step of processing, as in `resize,w_100,m_fill`. */
export interface Step {
  readonly name: string
  readonly parameters: ReadonlyMap<string, string>
}

/** What an instruction asks for. */
export interface Instruction {
  /** Such as `image` or `video`. */
  readonly kind: string
  readonly steps: readonly Step[]
  /** Where the result goes. */
  readonly saveAs?: { readonly bucket: string; readonly key: string }
}

const invalidInstruction = (text: string): ServiceFault =>
  invalidArgument('x-oss-process', text, 'The instruction of x-oss-process is invalid.')

function readStep(text: string): Step {
  const [name = '', ...parameters] = text.split(',')
  const pairs = parameters.map((parameter): [string, string] => {
    const mark = parameter.indexOf('_')
    return mark < 0 ? [parameter, ''] : [parameter.slice(0, mark), parameter.slice(mark + 1)]
  })
  return { name, parameters: new Map(pairs) }
}

const fromBase64 = (text: string): string => Buffer.from(text, 'base64url').toString('utf8')

function readSaveAs(text: string): Instruction['saveAs'] {
  const { parameters } = readStep(text)
  const key = fromBase64(parameters.get('o') ?? '')
  if (key === '') throw invalidInstruction(text)
  return { key, bucket: fromBase64(parameters.get('b') ?? '') }
}

/** The content of a style of the bucket. */
function contentOfStyle(call: Call, name: string): string {
  const style = readXml(configurationsOf(call)[`Style/${name}`] ?? '', 'Style')
  const content = style && elementAt(style, 'Content')?.text
  if (content !== undefined) return content
  throw new ServiceFault(404, 'NoSuchStyle', 'The specified style does not exist.', { details: { StyleName: name } })
}

/** Reads an instruction: `image/resize,w_100/format,png|sys/saveas,o_bmFtZQ`, or the name of a style. */
export function readInstruction(call: Call, text: string): Instruction {
  const [action = '', ...further] = text.split('|')
  const style = /^style\/(.+)$/.exec(action)?.[1]
  const [kind = '', ...steps] = (style === undefined ? action : contentOfStyle(call, style)).split('/')
  const saving = further.map((part) => /^sys\/(saveas,.*)$/.exec(part)?.[1])
  if (kind === '' || saving.length > 1 || saving.includes(undefined)) throw invalidInstruction(text)
  const saveAs = saving[0] === undefined ? undefined : readSaveAs(saving[0])
  return { kind, steps: steps.filter((step) => step !== '').map(readStep), ...(saveAs && { saveAs }) }
}
