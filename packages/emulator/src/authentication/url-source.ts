import { isIP } from 'node:net'
import { accessDenied, invalidArgument } from '../errors.ts'
import { isInRanges, networkOf } from '../ip-range.ts'
import type { OssRequest } from '../message.ts'

const address = 'x-oss-ac-source-ip'
const mask = 'x-oss-ac-subnet-mask'

type Query = readonly (readonly [name: string, value: string])[]

function readMask(text: string): number {
  const bits = Number(text)
  if (/^\d+$/.test(text) && bits <= 128) return bits
  throw invalidArgument(mask, text, `The ${mask} you specified is invalid.`, '0002-00000601')
}

/**
 * What the signature of a URL covers. One with a subnet mask alone is signed with the network of its bearer, which
 * whoever made it knew and the URL does not tell.
 */
export function withSource({ remoteAddress }: Pick<OssRequest, 'remoteAddress'>, query: Query): Query {
  const given = new Map(query)
  const bits = given.get(mask)
  if (bits === undefined || given.has(address)) return query
  return [...query, [address, networkOf(remoteAddress ?? '', readMask(bits))]]
}

/** Throws 403 for a URL that names an address, or a VPC, from which the request does not come. */
export function checkSource(
  { remoteAddress }: Pick<OssRequest, 'remoteAddress'>,
  query: ReadonlyMap<string, string>,
): void {
  const wanted = query.get(address)
  const bits = query.get(mask)
  if (wanted !== undefined && isIP(wanted) === 0) {
    throw invalidArgument(address, wanted, `The ${address} you specified is invalid.`)
  }
  const range = bits === undefined ? wanted : `${wanted}/${readMask(bits)}`
  if (wanted !== undefined && !isInRanges(remoteAddress ?? '', [range!])) {
    throw accessDenied('The source IP address is not allowed by this URL.', {
      reason: `the URL is for ${range}, the request comes from ${remoteAddress}`,
    })
  }
  const vpc = query.get('x-oss-ac-vpc-id')
  if (!vpc) return
  throw accessDenied('The VPC is not allowed by this URL.', {
    reason: `the URL is for the VPC ${vpc}, and the request comes from none`,
  })
}
