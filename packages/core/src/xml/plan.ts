/** What a schema means to the reader: which element belongs to which field, prepared once per schema. */

import { isRequired } from '../schema/required.ts'
import { encodedString } from '../schema/scalars.ts'
import { isDictionary, isList, isStruct } from '../schema/shapes.ts'
import type { Fields, Scalar, Typed } from '../schema/types.ts'
import { isPlaced } from '../schema/words.ts'
import { memberOf, type Shape } from './member.ts'
import { type RecordPattern, recordPattern } from './record-pattern.ts'

/** What to do with each child element of an element. */
export interface Plan {
  /** By the name of the element. */
  readonly children: Map<string, Child>
  /** Lists that are there even when the document has no item. */
  readonly lists: string[]
  /** The field that takes the element's own text. */
  ownText?: Child
  /** What children of every other name are. */
  others?: Shape
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
  /** Whether it says something where it is empty. */
  readonly keepsEmpty: boolean
  /** How its text is read, unless it has children. */
  readonly type: Scalar<unknown> | undefined
  readonly plan: Plan | undefined
  /** For the records of a list. Its order becomes that of the service. */
  pattern: RecordPattern | undefined
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
    if (isList(shape)) plan.lists.push(key)
    addMember(plan, path.split('/'), key, shape, isRequired(field))
  }
  return plan
}

const emptyPlan = (): Plan => ({ children: new Map(), lists: [] })

function addMember(plan: Plan, path: readonly string[], key: string, shape: Shape, isRequired: boolean): void {
  const [name = '', ...inner] = path
  if (name === '.') {
    plan.ownText = childOf(name, key, shape, isRequired)
  } else if (inner.length === 0) {
    plan.children.set(name, childOf(name, key, shape, isRequired))
  } else {
    const wrapper = plan.children.get(name) ?? wrapperOf(name)
    plan.children.set(name, wrapper)
    addMember(wrapper.plan!, inner, key, shape, isRequired)
  }
}

/** Children that the schema does not name are entries of a dictionary, or nothing. */
export const childNamed = ({ children, others }: Plan, name: string): Child | undefined =>
  children.get(name) ?? (others && childOf(name, name, others))

const dictionaryPlan = (values: Typed<unknown>): Plan => ({ ...emptyPlan(), others: values as Shape })

function childOf(name: string, key: string, shape: Shape, isRequired = false): Child {
  const item = isList(shape) ? (shape.item as Shape) : shape
  const plan = isStruct(item) ? planOf(item.fields) : isDictionary(item) ? dictionaryPlan(item.values) : undefined
  return {
    key,
    name,
    isList: isList(shape),
    isWrapper: false,
    keepsEmpty: isList(shape) || isRequired,
    isEncoded: !plan && (item as Scalar<unknown>).parse === encodedString.parse,
    type: plan ? undefined : (item as Scalar<unknown>),
    plan,
    pattern: plan && isList(shape) ? recordPattern(name, plan) : undefined,
  }
}

const wrapperOf = (name: string): Child => ({
  key: '',
  name,
  isList: false,
  isWrapper: true,
  isEncoded: false,
  keepsEmpty: false,
  type: undefined,
  plan: emptyPlan(),
  pattern: undefined,
})
