import { XMLParser, XMLValidator } from 'fast-xml-parser'

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

const escapeText = (text: string): string =>
  text.replace(
    /[&<>\u0000-\u0008\u000b-\u001f]/g,
    (character) => escapes[character] ?? `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`,
  )

/** An element with text. */
export const leaf = (name: string, text: string | number | boolean): string =>
  `<${name}>${escapeText(String(text))}</${name}>`

/** An element with elements; what is undefined is left out. */
export const branch = (name: string, ...children: (string | undefined)[]): string =>
  `<${name}>${children.join('')}</${name}>`

/** A document with the given root element, made by `branch` or `leaf`. */
export const xmlDocument = (root: string): string => `<?xml version="1.0" encoding="UTF-8"?>\n${root}`

/** An element that was read: its elements in order, and its own text. */
export interface XmlElement {
  readonly name: string
  readonly text: string
  readonly children: readonly XmlElement[]
}

type ParsedNode = Record<string, unknown>

const parser = new XMLParser({
  preserveOrder: true,
  parseTagValue: false,
  trimValues: false,
  processEntities: false,
  removeNSPrefix: true,
})

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Half of a surrogate pair is no character, and cannot be written as UTF-8. */
const isCharacter = (code: number): boolean => code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)

/** Decodes references. Keys may hold control characters, which only a lenient reader takes as references. */
function decodeReferences(text: string): string {
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w+));/g, (whole, hexadecimal, decimal, name) => {
    if (name !== undefined) return entities[name] ?? whole
    const code = hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16)
    return isCharacter(code) ? String.fromCodePoint(code) : whole
  })
}

function toElement(node: ParsedNode): XmlElement {
  const name = Object.keys(node)[0] ?? ''
  const content = node[name] as ParsedNode[]
  const text = content.map((child) => ('#text' in child ? decodeReferences(String(child['#text'])) : '')).join('')
  return { name, text, children: content.filter((child) => !('#text' in child)).map(toElement) }
}

/** Undefined for what is well-formed and yet beyond the limits of the parser, such as its depth. */
function parse(text: string): ParsedNode[] | undefined {
  try {
    return parser.parse(text) as ParsedNode[]
  } catch {
    return undefined
  }
}

/** Reads a document whose root has the given name. Undefined when it is malformed, has another root or a DOCTYPE. */
export function readXml(text: string, root: string): XmlElement | undefined {
  if (text.includes('<!DOCTYPE') || XMLValidator.validate(text) !== true) return undefined
  const node = parse(text)?.find((candidate) => root in candidate)
  return node === undefined ? undefined : toElement(node)
}

/** The child elements of the given name. */
export const childrenOf = (element: XmlElement, name: string): XmlElement[] =>
  element.children.filter((child) => child.name === name)

/** The text of the first child of the given name. */
export const textOf = (element: XmlElement, name: string): string | undefined =>
  element.children.find((child) => child.name === name)?.text

/** The first element on a path of child names. */
export const elementAt = (element: XmlElement, path: string): XmlElement | undefined =>
  path.split('/').reduce<XmlElement | undefined>((found, name) => found && childrenOf(found, name)[0], element)

/** Writes an element as it was read; text between elements is left out. */
export const writeElement = ({ name, text, children }: XmlElement): string =>
  children.length > 0 ? branch(name, ...children.map(writeElement)) : leaf(name, text)
