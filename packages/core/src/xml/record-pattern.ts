/**
 * One regular expression for a whole record of a list. It takes the record only as services mostly write it: every child at
 * most once, in a known order, and nothing else between the tags than white space.
 */
import type { Child, Plan } from './plan.ts'

export interface RecordPattern {
  /** From the white space before the record to the end of its closing tag. */
  readonly expression: RegExp
  readonly slots: readonly Slot[]
}

/** What a group of the expression holds: the text of a child, or '' for a child with children, whose slots follow. */
export interface Slot {
  readonly child: Child
  readonly inner: readonly Slot[] | undefined
}

/** Undefined if its records can have more children than one of each name. */
export function recordPattern(name: string, { children, ownText, others }: Plan): RecordPattern | undefined {
  const slots = ownText || others ? undefined : slotsOf(children.values())
  return slots && patternOf(name, slots)
}

function slotsOf(children: Iterable<Child>): readonly Slot[] | undefined {
  const slots: Slot[] = []
  for (const child of children) {
    const { plan, isList, isWrapper } = child
    const inner = plan && slotsOf(plan.children.values())
    if (isList || isWrapper || plan?.ownText || plan?.others || (plan && !inner)) return undefined
    slots.push({ child, inner })
  }
  return slots
}

/** As every piece begins with another tag, a text is matched in one way or not at all. */
const patternOf = (name: string, slots: readonly Slot[]): RecordPattern => ({
  expression: new RegExp(`\\s*<${escaped(name)}>${source(slots)}</${escaped(name)}>`, 'y'),
  slots,
})

const source = (slots: readonly Slot[]): string => `\\s*${slots.map(slotSource).join('')}`

/** An empty text would not tell `<Value/>` from no element: where that matters, such a record does not match. */
function slotSource({ child, inner }: Slot): string {
  const name = escaped(child.name)
  const [mark, content] = inner ? ['()', source(inner)] : ['', '([^<]*)']
  const empty = inner || !child.keepsEmpty ? '/>|' : ''
  return `(?:<${name}${mark}(?:${empty}>${content}</${name}>)\\s*)?`
}

const escaped = (name: string): string => name.replace(/\W/g, '\\$&')

/**
 * The pattern for records like one that did not match, whose fields were met in the order of the keys. Children that it did
 * not have stay behind those that they stood behind.
 */
export function reordered(name: string, pattern: RecordPattern, keys: readonly string[]): RecordPattern {
  let rank = -1
  const ranked = pattern.slots.map((slot) => {
    const met = keys.indexOf(slot.child.key)
    if (met >= 0) rank = met
    return { slot, rank }
  })
  const slots = ranked.sort((one, other) => one.rank - other.rank).map(({ slot }) => slot)
  return slots.every((slot, index) => slot === pattern.slots[index]) ? pattern : patternOf(name, slots)
}
