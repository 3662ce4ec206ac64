import { type Call, header } from '../call.ts'
import { invalidArgument } from '../errors.ts'

/** What is to be told to whom once an object is kept. */
export interface Callback {
  readonly urls: readonly string[]
  /** Host header, where it is not that of the URL. */
  readonly host?: string
  /** With variables such as `${bucket}` and `${x:name}`. */
  readonly body: string
  readonly bodyType: string
  /** Values of the variables of the client, by name with `x:`. */
  readonly variables: Readonly<Record<string, string>>
}

const maximumParameterSize = 5 * 1024
const maximumUrls = 5

type Parameters = Readonly<Record<string, unknown>>

function readParameters(encoded: string, name: string, ec: string): Parameters {
  if (encoded.length > maximumParameterSize) {
    throw invalidArgument(name, `${encoded.length}`, `The ${name} is longer than 5 KB.`, ec)
  }
  try {
    const value: unknown = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Parameters
  } catch {
    throw invalidArgument(name, encoded, `The ${name} configuration is not json format.`)
  }
  throw invalidArgument(name, encoded, `The ${name} configuration is not json format.`)
}

const textIn = (parameters: Parameters, name: string): string | undefined => {
  const value = parameters[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** `http://` is what an address without scheme means. */
const withScheme = (url: string): string => (/^https?:\/\//i.test(url) ? url : `http://${url}`)

function readUrls(text: string): string[] {
  const urls = text
    .split(';')
    .filter((url) => url.trim() !== '')
    .map((url) => withScheme(url.trim()))
  if (urls.length >= 1 && urls.length <= maximumUrls && urls.every((url) => URL.canParse(url))) return urls
  throw invalidArgument('callbackUrl', text, 'The callbackUrl is invalid.')
}

/** Reads a callback from its Base64. Undefined when it names no URL. */
export function readCallback(encoded: string, variables: Readonly<Record<string, string>>): Callback | undefined {
  const parameters = readParameters(encoded, 'callback', '0007-00000001')
  const url = textIn(parameters, 'callbackUrl')
  const body = textIn(parameters, 'callbackBody')
  const host = textIn(parameters, 'callbackHost')
  const bodyType = textIn(parameters, 'callbackBodyType') ?? 'application/x-www-form-urlencoded'
  if (url === undefined) return undefined
  if (body === undefined) throw invalidArgument('callbackBody', '', 'The callbackBody is missing.')
  if (bodyType !== 'application/x-www-form-urlencoded' && bodyType !== 'application/json') {
    throw invalidArgument('callbackBodyType', bodyType, 'The callbackBodyType is invalid.')
  }
  return { urls: readUrls(url), body, bodyType, variables, ...(host !== undefined && { host }) }
}

/** Reads the callback that a request asks for, in its headers or its query. */
export function callbackOf(call: Call): Callback | undefined {
  const encoded = header(call, 'x-oss-callback') ?? call.query.get('callback')
  const variables = header(call, 'x-oss-callback-var') ?? call.query.get('callback-var')
  if (encoded === undefined) return undefined
  const values = variables === undefined ? {} : readParameters(variables, 'callback-var', '0007-00000101')
  const texts = Object.entries(values).map(([name, value]) => [name, String(value)])
  return readCallback(encoded, Object.fromEntries(texts))
}
