/** Finds out which header made OSS refuse a signature, from what OSS says that it verified. */

import { fromHeaderBytes } from '../header-bytes.ts'

type Texts = Readonly<Record<string, string>>

/**
 * Tells which signed headers arrived otherwise than they were to be sent.
 *
 * @param fields the elements of the error document: V4's CanonicalRequest, V1's StringToSign
 * @param sent what was to be sent, lower-case names
 * @returns nothing if OSS did not say what it verified
 */
export function explainMismatch(fields: Texts, sent: Texts): string | undefined {
  const verified = verifiedHeaders(fields)
  if (!verified) return undefined
  const { headers, isSigned } = verified
  const names = new Set([...Object.keys(sent), ...Object.keys(headers)].filter(isSigned))
  const differences = [...names].sort().flatMap((name) => difference(name, textOf(sent[name]), textOf(headers[name])))
  if (differences.length > 0) return differences.join(' ')
  return 'Every signed header arrived as it was to be sent: the URL was changed, signed for other headers, or with another secret.'
}

const textOf = (value: string | undefined) => value && fromHeaderBytes(value)

function difference(name: string, sent: string | undefined, arrived: string | undefined): string[] {
  if (arrived === undefined) return [`${name} was to be sent as ${JSON.stringify(sent)} and did not arrive.`]
  if (sent === undefined) return [`${name} arrived as ${JSON.stringify(arrived)} and was not to be sent.`]
  if (sent === arrived) return []
  return [`${name} was to be sent as ${JSON.stringify(sent)} and arrived as ${JSON.stringify(arrived)}.`]
}

interface VerifiedHeaders {
  headers: Texts
  isSigned(name: string): boolean
}

function verifiedHeaders({ CanonicalRequest: canonical, StringToSign: text }: Texts): VerifiedHeaders | undefined {
  if (canonical) return v4Headers(canonical.split('\n'))
  // Of a form, OSS signs the policy alone: one line of base64.
  return text?.includes('\n') && !text.startsWith('OSS4-') ? v1Headers(text.split('\n')) : undefined
}

/** Method, path, query, a line for each header, an empty line, the additional names, the payload. */
function v4Headers(lines: string[]): VerifiedHeaders {
  const additional = lines.at(-2)?.split(';') ?? []
  return {
    headers: headersOf(lines.slice(3, -3)),
    isSigned: (name) => isAlwaysSigned(name) || additional.includes(name),
  }
}

/** Method, Content-MD5, Content-Type, date, a line for each header, the resource. */
function v1Headers([, md5, type, , ...lines]: string[]): VerifiedHeaders {
  const headers = {
    ...(md5 && { 'content-md5': md5 }),
    ...(type && { 'content-type': type }),
    ...headersOf(lines.filter((line) => line.startsWith('x-oss-'))),
  }
  return { headers, isSigned: isAlwaysSigned }
}

const headersOf = (lines: string[]): Texts =>
  Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1)]
    }),
  )

const isAlwaysSigned = (name: string) => /^(x-oss-|content-(type|md5)$)/.test(name)
