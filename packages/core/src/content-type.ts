import { findContentType } from './content-types.ts'

/**
 * Returns the media type that the last extension of a name stands for, without regard to case; `undefined` if there is no
 * extension or its type is unknown, which OSS stores as `application/octet-stream`.
 */
export const contentTypeOf = (name: string): string | undefined => findContentType(name)
