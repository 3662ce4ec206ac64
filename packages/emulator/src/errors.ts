/** What an error answer holds beyond its status, code and message. */
export interface FaultOptions {
  /** The fine-grained code: header `x-oss-ec` and element `EC`. */
  readonly ec?: string
  /** Further elements of the error document. */
  readonly details?: Readonly<Record<string, string>>
  /** Further response headers. */
  readonly headers?: Readonly<Record<string, string>>
  /** What the log says and the client does not hear. */
  readonly reason?: string
}

/** A refusal as the service words it. */
export class ServiceFault extends Error {
  override readonly name = 'ServiceFault'
  readonly status: number
  readonly code: string
  readonly ec: string
  readonly details: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly reason: string

  constructor(status: number, code: string, message: string, options: FaultOptions = {}) {
    super(message)
    this.status = status
    this.code = code
    this.ec = options.ec ?? unknownEc
    this.details = options.details ?? {}
    this.headers = options.headers ?? {}
    this.reason = options.reason ?? message
  }
}

/** Stands where the fine-grained code of the real service is not known. */
const unknownEc = '0000-00000000'

/** 400 for an argument that is not acceptable. */
export const invalidArgument = (name: string, value: string, message: string, ec?: string): ServiceFault =>
  new ServiceFault(400, 'InvalidArgument', message, {
    ...(ec === undefined ? {} : { ec }),
    details: { ArgumentName: name, ArgumentValue: value },
  })

/** 400 for a body that is not the expected XML. */
export const malformedXml = (ec = '0015-00000231'): ServiceFault =>
  new ServiceFault(
    400,
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema.',
    { ec },
  )

/** 404 for a bucket that does not exist. */
export const noSuchBucket = (bucket: string): ServiceFault =>
  new ServiceFault(404, 'NoSuchBucket', 'The specified bucket does not exist.', {
    ec: '0015-00000101',
    details: { BucketName: bucket },
  })

/** 404 for an object that does not exist, or whose current version is a delete marker. */
export const noSuchKey = (key: string, headers: Record<string, string> = {}): ServiceFault =>
  new ServiceFault(404, 'NoSuchKey', 'The specified key does not exist.', {
    ec: '0026-00000001',
    details: { Key: key },
    headers,
  })

/** 404 for an upload that was never begun, or was completed or aborted. */
export const noSuchUpload = (uploadId: string, ec: string): ServiceFault =>
  new ServiceFault(
    404,
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { ec, details: { UploadId: uploadId } },
  )

/** 403 with the reason in its message. */
export const accessDenied = (message: string, options: FaultOptions = {}): ServiceFault =>
  new ServiceFault(403, 'AccessDenied', message, options)

/** 501 that names what is missing. */
export const notImplemented = (operation: string): ServiceFault =>
  new ServiceFault(501, 'NotImplemented', `${operation} is not implemented by this emulator.`, {
    details: { Operation: operation },
  })
