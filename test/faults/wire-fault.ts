/** What goes wrong between a client and its server, one request at a time. */

/** A request, as it can be told from its head. */
export interface WireRequest {
  /** As in `UploadPart`. */
  readonly operation: string
  /** The upload that it names, if any. */
  readonly uploadId: string | undefined
}

/** Something that goes wrong with a request, or with its answer, on the way. */
export interface WireFault {
  readonly operation: string
  /** Requests of that kind that are left alone first. */
  readonly skip: number
  /** Requests that it befalls. */
  readonly times: number
  /**
   * `cut` ends the connection, `stall` keeps it without another byte, `corrupt` changes a bit of the body, `slow` passes a
   * twentieth at a time, `refuse` answers with `status`, `expire` lets a minute pass, in which tokens expire.
   */
  readonly kind: 'cut' | 'stall' | 'corrupt' | 'slow' | 'refuse' | 'expire'
  /** Which way the bytes go that it befalls. */
  readonly way: 'there' | 'back'
  /** Which share of the bytes, head included, comes through first: from 0 to 1. */
  readonly at: number
  readonly status: number
}

const operations: readonly [name: string, method: string, has: readonly string[]][] = [
  ['InitiateMultipartUpload', 'POST', ['uploads']],
  ['CompleteMultipartUpload', 'POST', ['uploadId']],
  ['AbortMultipartUpload', 'DELETE', ['uploadId']],
  ['ListParts', 'GET', ['uploadId']],
  ['UploadPart', 'PUT', ['partNumber']],
  ['GetObjectTagging', 'GET', ['tagging']],
  ['HeadObject', 'HEAD', []],
  ['PutObject', 'PUT', []],
  ['GetObject', 'GET', []],
  ['Preflight', 'OPTIONS', []],
]

/** Names the operation that the head of a request asks for. */
export function wireRequest(head: string): WireRequest {
  const [, method = '', target = ''] = /^(\S+) (\S+)/.exec(head) ?? []
  const { searchParams } = new URL(target, 'http://localhost')
  const [name = 'Other'] =
    operations.find(([, verb, has]) => verb === method && has.every((one) => searchParams.has(one))) ?? []
  const isCopy = /\r\nx-oss-copy-source:/i.test(head)
  const copies: Record<string, string> = { PutObject: 'CopyObject', UploadPart: 'UploadPartCopy' }
  return { operation: (isCopy && copies[name]) || name, uploadId: searchParams.get('uploadId') ?? undefined }
}

/** Hands out the faults that are due, each as often as it says. */
export function faultQueue() {
  let pending: { fault: WireFault; skip: number; times: number }[] = []
  return {
    set(faults: readonly WireFault[]): void {
      pending = faults.map((fault) => ({ fault, skip: fault.skip, times: fault.times }))
    },
    take(operation: string): WireFault | undefined {
      const matching = pending.filter(({ fault, times }) => times > 0 && fault.operation === operation)
      const due = matching.find(({ skip }) => skip === 0)
      for (const entry of matching) entry.skip = Math.max(0, entry.skip - 1)
      if (due) due.times -= 1
      return due?.fault
    },
  }
}
