import { XMLParser } from 'fast-xml-parser'

const parser = new XMLParser({
  preserveOrder: true,
  trimValues: false,
  parseTagValue: false,
  ignoreDeclaration: true,
  htmlEntities: true,
})

type Node = Record<string, unknown>
export type CanonicalElement = string | { [name: string]: CanonicalElement[] }

/**
 * An XML document as a value that is equal for equal documents: the text of an element without children; else its children by
 * name, in the order they have within one name.
 */
export const canonicalXml = (text: string): CanonicalElement => content(parser.parse(text) as Node[])

function content(nodes: readonly Node[]): CanonicalElement {
  const elements = nodes.filter((node) => !('#text' in node))
  if (elements.length === 0) return nodes.map((node) => String(node['#text'])).join('')
  const children: Record<string, CanonicalElement[]> = {}
  for (const element of elements) {
    const [name = ''] = Object.keys(element).filter((key) => key !== ':@')
    children[name] = [...(children[name] ?? []), content(element[name] as Node[])]
  }
  return children
}
