import type { OssResponse } from '../message.ts'
import { branch, leaf, xmlDocument } from '../xml.ts'

/** A refusal of STS. */
export class StsFault extends Error {
  override readonly name = 'StsFault'
  readonly status: number
  readonly code: string
  readonly reason: string

  constructor(status: number, code: string, message: string, reason = message) {
    super(message)
    this.status = status
    this.code = code
    this.reason = reason
  }
}

/** The members of an answer. */
export type StsDocument = { readonly [name: string]: string | StsDocument }

const toXml = (document: StsDocument): string[] =>
  Object.entries(document).map(([name, value]) =>
    typeof value === 'string' ? leaf(name, value) : branch(name, ...toXml(value)),
  )

/** An answer of STS in the asked format, which is XML by default. */
export function stsAnswer(
  status: number,
  root: string,
  document: StsDocument & { readonly RequestId: string },
  format: string | undefined,
): OssResponse {
  if (format?.toUpperCase() === 'JSON') {
    const headers = { 'Content-Type': 'application/json;charset=utf-8', 'x-acs-request-id': document.RequestId }
    return { status, headers, body: JSON.stringify(document) }
  }
  const headers = { 'Content-Type': 'text/xml;charset=utf-8', 'x-acs-request-id': document.RequestId }
  return { status, headers, body: xmlDocument(branch(root, ...toXml(document))) }
}
