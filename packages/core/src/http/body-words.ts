/** The words for bodies that are bytes or text. */
import { utf8 } from '../bytes.ts'
import { IntegrityError, ValidationError } from '../errors.ts'
import { crc64 } from '../integrity/crc64.ts'
import { contentMd5 } from '../integrity/md5.ts'
import type { Answer } from '../schema/message.ts'
import type { Place, Placed } from '../schema/types.ts'
import { bodyText, takeBody } from './answer-body.ts'
import { progressReporter } from './progress.ts'
import { type Body, bytesOf } from './request-body.ts'
import { type BodyWatcher, ResponseBody } from './response-body.ts'
import { streamed } from './streamed.ts'

/** A body that OSS takes as it is and answers no sum of. Where its bytes are at hand, their MD5 goes with them. */
export const payload: Placed<Body> = {
  at: {
    write(draft, _field, value) {
      const bytes = bytesOf(value)
      draft.body = bytes ?? (value as Body)
      draft.isUpload = true
      if (bytes) draft.md5 = contentMd5
    },
  },
  name: '',
}

/** The stored bytes. A whole object is compared with the CRC-64 that OSS reports. */
export const download: Placed<ResponseBody> = {
  at: {
    prepare: streamed,
    read: (answer) => new ResponseBody(takeBody(answer), watcherOf(answer)),
  },
  name: '',
}

/** The whole body as text, after a prefix in requests. */
// @__NO_SIDE_EFFECTS__
export function text(prefix = ''): Placed<string> {
  return { at: textPlace, name: prefix }
}

const textPlace: Place = {
  prepare: streamed,
  read: bodyText,
  write(draft, { name }, value, key) {
    if (typeof value !== 'string') throw new ValidationError(key, `expected a string, got ${typeof value}`)
    draft.body = utf8(name + value)
    draft.md5 = contentMd5
  },
}

/** Tells how far the reading is, and whether the bytes are those that OSS stored. */
function watcherOf({ headers, definition, options, config, status, input }: Answer): BodyWatcher {
  const { 'content-length': announced, 'x-oss-hash-crc64ecma': serverCrc } = headers
  // Of a range, or of what image processing made, OSS's CRC-64 says nothing.
  const isWhole = status === 200 && !input.range && !input.process && !options.query?.['x-oss-process']
  const crc = !config.disableDownloadCrc64Check && isWhole && serverCrc ? crc64() : undefined
  const report = progressReporter(
    options.onProgress,
    announced && !headers['content-encoding'] ? Number(announced) : undefined,
  )
  let size = 0
  return {
    onChunk(chunk) {
      crc?.update(chunk)
      size += chunk.byteLength
      report?.(size)
    },
    onEnd() {
      // A browser hides that it unpacked gzip, but then the size is not the announced one either.
      if (!crc || !serverCrc || String(size) !== announced) return
      const clientCrc = crc.digest()
      if (clientCrc !== serverCrc) throw new IntegrityError(definition.name, clientCrc, serverCrc)
    },
  }
}
