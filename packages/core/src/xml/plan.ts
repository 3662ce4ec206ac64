/** What a schema means to the reader: which element belongs to which field, prepared once per schema. */
import { isRequired } from '../schema/required.ts'
import { encodedString } from '../schema/scalars.ts'
import type { Fields, Scalar } from '../schema/types.ts'
import { isPlaced } from '../schema/words.ts'
import { isList, isStruct, memberOf, type Shape } from './member.ts'

/** What to do with each child element of an element. */
export interface Plan {
  /** By the name of the element. */
  readonly children: Map<string, Child>
  /** Lists that are there even when the document has no item. */
  readonly lists: string[]
  /** The field that takes the element's own text. */
  ownText?: Child
}

/** A child element, or the own text of an element. */
export interface Child {
  /** The field it belongs to. */
  readonly key: string
  /** Its element. */
  readonly name: string
  readonly isList: boolean
  /** Whether its children belong to the fields of its parent. */
  readonly isWrapper: boolean
  /** Whether it is percent-encoded where the document says that keys are. */
  readonly isEncoded: boolean
  /** How its text is read, unless it has children. */
  readonly type: Scalar<unknown> | undefined
  readonly plan: Plan | undefined
  /** Matches a record of a list, and the white space before it, if it is as plain as records are. */
  readonly pattern: RegExp | undefined
}

const plans = /* @__PURE__ */ new WeakMap<Fields, Plan>()

export function planOf(fields: Fields): Plan {
  const known = plans.get(fields)
  if (known) return known
  const plan = emptyPlan()
  plans.set(fields, plan)
  for (const [key, field] of Object.entries(fields)) {
    if (isPlaced(field)) continue
    const { path, shape } = memberOf(key, field)
    if (isList(shape) && isRequired(field)) plan.lists.push(key)
    addMember(plan, path.split('/'), key, shape)
  }
  return plan
}

const emptyPlan = (): Plan => ({ children: new Map(), lists: [] })

function addMember(plan: Plan, path: readonly string[], key: string, shape: Shape): void {
  const [name = '', ...inner] = path
  if (name === '.') {
    plan.ownText = childOf(name, key, shape)
  } else if (inner.length === 0) {
    plan.children.set(name, childOf(name, key, shape))
  } else {
    const wrapper = plan.children.get(name) ?? wrapperOf(name)
    plan.children.set(name, wrapper)
    addMember(wrapper.plan!, inner, key, shape)
  }
}

function childOf(name: string, key: string, shape: Shape): Child {
  const item = isList(shape) ? (shape.item as Shape) : shape
  const plan = isStruct(item) ? planOf(item.fields) : undefined
  const content = plan && isList(shape) ? contentPattern(plan) : undefined
  return {
    key,
    name,
    isList: isList(shape),
    isWrapper: false,
    isEncoded: !plan && (item as Scalar<unknown>).parse === encodedString.parse,
    type: plan ? undefined : (item as Scalar<unknown>),
    plan,
    pattern: content === undefined ? undefined : new RegExp(`\\s*<${escaped(name)}>${content}</${escaped(name)}>`, 'y'),
  }
}

const wrapperOf = (name: string): Child => ({
  key: '',
  name,
  isList: false,
  isWrapper: true,
  isEncoded: false,
  type: undefined,
  plan: emptyPlan(),
  pattern: undefined,
})

/**
 * Matches the children of a record that the schema names, all of them optional and in its order, which is the one that the
 * service writes. One group per child, each before those of its own children: the text, or '' for a child with children.
 *
 * As every piece begins with another tag, a text is matched in one way or not at all.
 */
function contentPattern({ children, ownText }: Plan): string | undefined {
  if (ownText) return undefined
  let pattern = '\\s*'
  for (const [name, { plan, isList, isWrapper }] of children) {
    const content = plan ? contentPattern(plan) : '([^<]*)'
    if (isList || isWrapper || content === undefined) return undefined
    const tag = escaped(name)
    pattern += `(?:<${tag}${plan ? '()' : ''}(?:/>|>${content}</${tag}>)\\s*)?`
  }
  return pattern
}

const escaped = (name: string): string => name.replace(/\W/g, '\\$&')
