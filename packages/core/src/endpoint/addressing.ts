import type { Values } from '../schema/types.ts'

/** What of a request decides where it goes. */
export interface Addressed {
  readonly path: string
  readonly bucket?: string | undefined
  readonly key?: string | undefined
  readonly query: Readonly<Record<string, string>>
  readonly input: Values
}

/** Where a request goes, and what is signed of that. */
export interface Address {
  readonly url: string
  /** What V4 signs as the region. */
  readonly region: string
  /** What V4 signs as the product. */
  readonly product: string
  /** What V4 signs as the path, encoded. It names the resource: host, CNAME and path style do not change it. */
  readonly canonicalUri: string
}

/** How a service is reached, and what it calls the things that requests are about. */
export type Addressing = (request: Addressed) => Address
