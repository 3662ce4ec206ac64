import { branch, leaf } from './xml.ts'

/** The element that names an owner. */
export const ownerElement = (ownerId: string): string =>
  branch('Owner', leaf('ID', ownerId), leaf('DisplayName', ownerId))
