import { type CallOptions, type Client, type InputOf, type OutputOf, putObject } from '@oss-js/core'
import { fileSource } from './file-source.ts'

/** What `putObject` takes, without the body. */
export type PutObjectFromFileInput = Omit<InputOf<typeof putObject>, 'body'>

/**
 * Uploads a file as one object, replacing any that has the key. Up to 5 GB.
 *
 * Throws a ValidationError if the file cannot be read, before anything is sent, a FileChangedError if the file changes
 * meanwhile, and what `putObject` throws.
 *
 * @example
 * await putObjectFromFile(client, { bucket: 'photos', key: 'cat.jpg' }, './cat.jpg', { onProgress })
 */
export async function putObjectFromFile(
  client: Client,
  input: PutObjectFromFileInput,
  path: string,
  options?: CallOptions,
): Promise<OutputOf<typeof putObject>> {
  return putObject(client, { ...input, body: await fileSource(path) }, options)
}
