/** A part of a form written by hand. */
export interface FormPart {
  readonly name: string
  readonly value: string | Uint8Array
  readonly filename?: string
  readonly contentType?: string
}

const headOf = ({ name, filename, contentType }: FormPart): string =>
  `Content-Disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}\r\n${
    contentType === undefined ? '' : `Content-Type: ${contentType}\r\n`
  }\r\n`

/** Writes a form body as a browser does. */
export const multipartBody = (boundary: string, parts: readonly FormPart[]): Buffer =>
  Buffer.concat([
    ...parts.flatMap((part) => [
      Buffer.from(`--${boundary}\r\n${headOf(part)}`),
      Buffer.from(part.value),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ])
