import { readJson } from '../check-shape.ts'
import { checkFault, effectChecks, matchChecks } from './check-fault.ts'
import type { Fault } from './fault.ts'

/** Reads a fault script: JSON text of a list of faults. Throws a `TypeError` that names what is wrong. */
export function readFaults(text: string, place: string): Fault[] {
  const faults = readJson(text, place)
  if (!Array.isArray(faults)) throw new TypeError(`${place}: a list of faults`)
  return faults.map((fault: unknown, index) => {
    checkFault(fault, `${place}[${index}]`)
    return fault
  })
}

/** A number, `true` or `false` where it reads as one and the word may be one, else the text itself. */
function readValue(name: string, text: string): unknown {
  const check = matchChecks[name] ?? effectChecks[name]
  const read = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text === 'true' ? true : text === 'false' ? false : text
  return check?.(read) === undefined ? read : text
}

/**
 * Reads a fault in one line: `operation=UploadPart,nth=3,status=503`. A word alone means `true`, and `query.NAME=VALUE`
 * names a parameter. Throws a `TypeError` that names what is wrong.
 */
export function readFaultLine(line: string, place: string): Fault {
  const match: Record<string, unknown> = {}
  const query: Record<string, string> = {}
  const effects: Record<string, unknown> = {}
  for (const field of line.split(',')) {
    const [name = '', ...rest] = field.trim().split('=')
    const text = rest.length === 0 ? 'true' : rest.join('=')
    if (name.startsWith('query.')) query[name.slice('query.'.length)] = text
    else if (Object.hasOwn(matchChecks, name)) match[name] = readValue(name, text)
    else effects[name] = readValue(name, text)
  }
  const parameters = Object.keys(query).length > 0 ? { query } : {}
  const fault: unknown = { match: { ...match, ...parameters }, ...effects }
  checkFault(fault, place)
  return fault
}
