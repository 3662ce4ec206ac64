import type { Call } from '../call.ts'
import type { CorsRule } from '../cors.ts'
import { invalidArgument, malformedXml, ServiceFault } from '../errors.ts'
import { requireBucket } from '../lookup.ts'
import { empty, type OssResponse, readBody, xmlAnswer } from '../message.ts'
import { branch, childrenOf, leaf, readXml, textOf, type XmlElement, xmlDocument } from '../xml.ts'
import { changeBucket } from './bucket.ts'

const methods = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD']
const maximumRules = 10

const texts = (element: XmlElement, name: string): string[] =>
  childrenOf(element, name).map((child) => child.text.trim())

function checkValues(name: string, values: readonly string[], isValid: (value: string) => boolean): void {
  const wrong = values.find((value) => !isValid(value))
  if (wrong !== undefined) throw invalidArgument(name, wrong, `The ${name} in the CORS configuration is invalid.`)
}

const hasOneStar = (text: string): boolean => text !== '' && text.split('*').length <= 2

function readMaxAge(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  if (/^\d+$/.test(text) && Number(text) <= 999_999_999) return Number(text)
  throw invalidArgument('MaxAgeSeconds', text, 'The MaxAgeSeconds in the CORS configuration is invalid.')
}

function readRule(element: XmlElement): CorsRule {
  const rule = {
    allowedOrigins: texts(element, 'AllowedOrigin'),
    allowedMethods: texts(element, 'AllowedMethod'),
    allowedHeaders: texts(element, 'AllowedHeader').map((name) => name.toLowerCase()),
    exposeHeaders: texts(element, 'ExposeHeader'),
  }
  if (rule.allowedOrigins.length === 0 || rule.allowedMethods.length === 0) throw malformedXml()
  checkValues('AllowedOrigin', rule.allowedOrigins, hasOneStar)
  checkValues('AllowedMethod', rule.allowedMethods, (method) => methods.includes(method))
  checkValues('AllowedHeader', rule.allowedHeaders, hasOneStar)
  checkValues('ExposeHeader', rule.exposeHeaders, (name) => name !== '' && !name.includes('*'))
  const maxAgeSeconds = readMaxAge(textOf(element, 'MaxAgeSeconds'))
  return { ...rule, ...(maxAgeSeconds !== undefined && { maxAgeSeconds }) }
}

/** PutBucketCors: sets the CORS rules of a bucket, in place of those it had. */
export async function putBucketCors(call: Call): Promise<OssResponse> {
  const document = readXml(await readBody(call.request), 'CORSConfiguration')
  const elements = document === undefined ? [] : childrenOf(document, 'CORSRule')
  if (document === undefined || elements.length === 0) throw malformedXml()
  if (elements.length > maximumRules) {
    throw invalidArgument(
      'CORSRule',
      String(elements.length),
      'The number of CORS rules should not exceed allowed limit of 10 rules.',
    )
  }
  const cors = { rules: elements.map(readRule), responseVary: textOf(document, 'ResponseVary') === 'true' }
  await changeBucket(call, (bucket) => ({ ...bucket, cors }))
  return empty()
}

const ruleElement = (rule: CorsRule): string =>
  branch(
    'CORSRule',
    ...rule.allowedOrigins.map((origin) => leaf('AllowedOrigin', origin)),
    ...rule.allowedMethods.map((method) => leaf('AllowedMethod', method)),
    ...rule.allowedHeaders.map((name) => leaf('AllowedHeader', name)),
    ...rule.exposeHeaders.map((name) => leaf('ExposeHeader', name)),
    rule.maxAgeSeconds === undefined ? undefined : leaf('MaxAgeSeconds', rule.maxAgeSeconds),
  )

/** GetBucketCors: the CORS rules of a bucket. */
export function getBucketCors(call: Call): OssResponse {
  const { cors } = requireBucket(call.store, call.bucket)
  if (cors === undefined) {
    throw new ServiceFault(404, 'NoSuchCORSConfiguration', 'The CORS Configuration does not exist.', {
      details: { BucketName: call.bucket },
    })
  }
  const rules = cors.rules.map(ruleElement)
  return xmlAnswer(xmlDocument(branch('CORSConfiguration', ...rules, leaf('ResponseVary', cors.responseVary))))
}

/** DeleteBucketCors: removes the CORS rules of a bucket. */
export async function deleteBucketCors(call: Call): Promise<OssResponse> {
  await changeBucket(call, ({ cors: _, ...bucket }) => bucket)
  return empty(204)
}
