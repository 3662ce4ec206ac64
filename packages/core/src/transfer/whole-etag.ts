/**
 * An answer whose ETag is unknown unless it is whole. Without encryption, engines take headers that were cut with their
 * connection for whole ones, so that an ETag may have lost its closing quote.
 */
export function withWholeEtag<T extends { etag?: string | undefined }>(answer: T): T {
  const { etag } = answer
  const isCut = etag === '' || (etag !== undefined && /^"[^"]*$/.test(etag))
  return isCut ? { ...answer, etag: undefined } : answer
}
