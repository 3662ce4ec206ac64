const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Markup, told from text that is still to be escaped. */
export interface Html {
  readonly markup: string
}

type Part = string | number | Html | readonly Html[] | undefined

function markupOf(part: Part): string {
  if (part === undefined) return ''
  if (typeof part === 'object' && 'markup' in part) return part.markup
  if (typeof part === 'object') return part.map(({ markup }) => markup).join('')
  return String(part).replace(/[&<>"']/g, (character) => escapes[character]!)
}

/** Makes markup, escaping the texts between. */
export const html = (strings: TemplateStringsArray, ...parts: Part[]): Html => ({
  markup: strings.reduce((text, next, index) => text + markupOf(parts[index - 1]) + next),
})
