import { notImplemented, ServiceFault } from '../errors.ts'
import { empty, type OssRequest, type OssResponse } from '../message.ts'
import { percentEncodePath } from '../percent-encode.ts'
import { textOf } from '../xml.ts'
import type { IndexPage, RoutingRule, Website } from './website.ts'

/** Answers a request for a key, or throws. */
export type ServeKey = (key: string) => Promise<OssResponse>

function matches(rule: RoutingRule, request: OssRequest, key: string, status: number | undefined): boolean {
  const hasHeaders = rule.headers.every(({ name, equals, startsWith, endsWith }) => {
    const value = request.headers.get(name)
    const isEqual = equals === undefined || value === equals
    return value !== undefined && isEqual && value.startsWith(startsWith) && value.endsWith(endsWith)
  })
  return hasHeaders && rule.status === status && key.startsWith(rule.prefix) && key.endsWith(rule.suffix)
}

function redirectedKey({ redirect, prefix }: RoutingRule, key: string): string {
  const whole = textOf(redirect, 'ReplaceKeyWith')
  if (whole !== undefined) return whole.replace(/\$\{key\}/g, () => key)
  const start = textOf(redirect, 'ReplaceKeyPrefixWith')
  if (start === undefined) return key
  return start + (textOf(redirect, 'EnableReplacePrefix')?.trim() === 'true' ? key.slice(prefix.length) : key)
}

function redirected(rule: RoutingRule, request: OssRequest, key: string): OssResponse {
  const { redirect } = rule
  if (textOf(redirect, 'RedirectType')?.trim() === 'Mirror') throw notImplemented('Mirroring')
  const protocol = textOf(redirect, 'Protocol')?.trim() || (request.isSecure === true ? 'https' : 'http')
  const host = textOf(redirect, 'HostName')?.trim() || request.host
  const mark = request.target.indexOf('?')
  const query = textOf(redirect, 'PassQueryString')?.trim() === 'true' && mark >= 0 ? request.target.slice(mark) : ''
  const status = Number(textOf(redirect, 'HttpRedirectCode')?.trim() || 302)
  return empty(status, { Location: `${protocol}://${host}/${percentEncodePath(redirectedKey(rule, key))}${query}` })
}

/** The key of the page that a request for a folder shows; other keys stand for themselves. */
function pageKey(key: string, index: IndexPage | undefined): string {
  if (index === undefined || !(key === '' || key.endsWith('/'))) return key
  return index.isInFolders ? key + index.name : index.name
}

const isNotFound = (error: unknown): error is ServiceFault => error instanceof ServiceFault && error.status === 404

/** What is behind a folder whose name was asked for without the slash. */
async function serveFolder(
  { target }: OssRequest,
  key: string,
  index: IndexPage | undefined,
  serve: ServeKey,
): Promise<OssResponse | undefined> {
  if (index?.isInFolders !== true || index.type === 1 || key.endsWith('/')) return undefined
  const page = await serve(`${key}/${index.name}`).catch((error: unknown) => {
    if (!isNotFound(error)) throw error
    return undefined
  })
  if (page === undefined || index.type === 2) return page
  page.release?.()
  return empty(302, { Location: `${target.split('?')[0]}/` })
}

async function serveError({ error }: Website, fault: ServiceFault, serve: ServeKey): Promise<OssResponse> {
  if (error === undefined) throw fault
  const page = await serve(error.key).catch(() => undefined)
  if (page === undefined) throw fault
  return { ...page, status: error.status }
}

/** Answers as a website does: with index pages, redirects and an error page. */
export async function servePage(
  website: Website,
  request: OssRequest,
  key: string,
  serve: ServeKey,
): Promise<OssResponse> {
  const first = website.rules.find((rule) => matches(rule, request, key, undefined))
  if (first !== undefined) return redirected(first, request, key)
  try {
    return await serve(pageKey(key, website.index))
  } catch (fault) {
    if (!(fault instanceof ServiceFault)) throw fault
    const rule = website.rules.find((candidate) => matches(candidate, request, key, fault.status))
    if (rule !== undefined) return redirected(rule, request, key)
    if (!isNotFound(fault)) throw fault
    return (await serveFolder(request, key, website.index, serve)) ?? serveError(website, fault, serve)
  }
}
