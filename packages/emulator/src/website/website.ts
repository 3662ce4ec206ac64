import type { Principal } from '../authentication/principal.ts'
import type { OssRequest } from '../message.ts'
import type { BucketRecord } from '../storage/records.ts'
import { childrenOf, elementAt, readXml, textOf, type XmlElement } from '../xml.ts'

/** The page of a folder. */
export interface IndexPage {
  readonly name: string
  /** Whether folders have pages of their own. */
  readonly isInFolders: boolean
  /** What the name of a folder without slash shows: 0 redirects, 1 is an error, 2 shows the page. */
  readonly type: number
}

/** When a rule applies, and what it does. */
export interface RoutingRule {
  readonly prefix: string
  readonly suffix: string
  /** The status of the answer without rule; undefined for a rule that applies before there is one. */
  readonly status: number | undefined
  readonly headers: readonly HeaderCondition[]
  readonly redirect: XmlElement
}

interface HeaderCondition {
  readonly name: string
  readonly equals: string | undefined
  readonly startsWith: string
  readonly endsWith: string
}

/** How a bucket serves as a website. */
export interface Website {
  readonly index: IndexPage | undefined
  readonly error: { readonly key: string; readonly status: number } | undefined
  readonly rules: readonly RoutingRule[]
}

const numberOf = (element: XmlElement, name: string, byDefault: number): number =>
  Number(textOf(element, name)?.trim() || byDefault)

const readHeaderCondition = (element: XmlElement): HeaderCondition => ({
  name: textOf(element, 'Key')?.trim().toLowerCase() ?? '',
  equals: textOf(element, 'Equals'),
  startsWith: textOf(element, 'StartsWith') ?? '',
  endsWith: textOf(element, 'EndsWith') ?? '',
})

function readRule(rule: XmlElement): RoutingRule {
  const condition = elementAt(rule, 'Condition')
  const text = (name: string): string | undefined => condition && textOf(condition, name)
  const status = text('HttpErrorCodeReturnedEquals')?.trim()
  return {
    prefix: text('KeyPrefixEquals') ?? '',
    suffix: text('KeySuffixEquals') ?? '',
    status: status ? Number(status) : undefined,
    headers: (condition === undefined ? [] : childrenOf(condition, 'IncludeHeader')).map(readHeaderCondition),
    redirect: elementAt(rule, 'Redirect') ?? { name: 'Redirect', text: '', children: [] },
  }
}

/** The website of a bucket, if it is one. */
function readWebsite({ configurations }: BucketRecord): Website | undefined {
  const document = readXml(configurations?.BucketWebsite ?? '', 'WebsiteConfiguration')
  if (document === undefined) return undefined
  const [index, error, rules] = ['IndexDocument', 'ErrorDocument', 'RoutingRules'].map((name) =>
    elementAt(document, name),
  )
  return {
    index: index && {
      name: textOf(index, 'Suffix')?.trim() ?? '',
      isInFolders: textOf(index, 'SupportSubDir')?.trim() === 'true',
      type: numberOf(index, 'Type', 0),
    },
    error: error && { key: textOf(error, 'Key')?.trim() ?? '', status: numberOf(error, 'HttpStatus', 404) },
    rules: (rules === undefined ? [] : childrenOf(rules, 'RoutingRule'))
      .sort((a, b) => numberOf(a, 'RuleNumber', 0) - numberOf(b, 'RuleNumber', 0))
      .map(readRule),
  }
}

/** The website that answers a request: one without signature or query, for a page. */
export function websiteFor(
  bucket: BucketRecord | undefined,
  principal: Principal,
  operation: string,
  request: OssRequest,
): Website | undefined {
  const isForRoot = operation === 'ListObjects' && !/\?./.test(request.target)
  const isVisit = principal.kind === 'anonymous' && (isForRoot || ['GetObject', 'HeadObject'].includes(operation))
  const website = isVisit && bucket !== undefined ? readWebsite(bucket) : undefined
  return operation === 'ListObjects' && website?.index === undefined ? undefined : website
}
