import { operation } from '../operation.ts'
import { boolean, element, list, oneOf, query, required, string, struct, type TypeOf, xml, xmlBody } from '../words.ts'

const cnameStatus = oneOf('Enabled', 'Disabled')
/** Whether a domain name, or its certificate, is in use. */
export type CnameStatus = TypeOf<typeof cnameStatus>

const certificateType = oneOf('CAS', 'Upload')
/** Where a certificate comes from: the Certificate Management Service (`CAS`), or the application (`Upload`). */
export type CnameCertificateType = TypeOf<typeof certificateType>

const certificateConfiguration = struct({
  /** The certificate with its chain, in PEM. Goes with `privateKey`. */
  certificate: string,
  /** The certificate's private key, in PEM. */
  privateKey: string,
  /** The id of the certificate that is bound so far; another one fails the call, unless `force` is true. */
  previousCertId: string,
  /** Whether to replace a bound certificate whatever its id is. Must be true without `previousCertId`. @default false */
  force: boolean,
  /** Whether to unbind the certificate instead of binding one. @default false */
  deleteCertificate: boolean,
  /** The id of a certificate of the Certificate Management Service, in place of `certificate` and `privateKey`. */
  certId: string,
})

/** Which certificate a domain name shall have. */
export interface CnameCertificateConfiguration extends TypeOf<typeof certificateConfiguration> {}

const cname = struct({
  /** The domain name, as in `files.example.com`. */
  domain: string,
  /** Its certificate. For `putCname` only. */
  certificateConfiguration: element<CnameCertificateConfiguration>(
    'CertificateConfiguration',
    certificateConfiguration,
  ),
})

/** A domain name, and the certificate that it shall have. */
export interface Cname extends TypeOf<typeof cname> {}

const bucketCnameConfiguration = struct({
  /** The domain name. */
  cname: element<Cname>('Cname', cname),
})

/** Which domain name is meant. */
export interface BucketCnameConfiguration extends TypeOf<typeof bucketCnameConfiguration> {}

const cnameToken = struct({
  /** The bucket that the domain name shall be bound to. */
  bucket: string,
  /** The domain name, as in `www.example.com`. */
  cname: string,
  /** What to put into a DNS record of the type TXT at `_dnsauth.` before the domain name. */
  token: string,
  /** Until when OSS accepts the token, as in `Wed, 23 Feb 2022 21:16:37 GMT`. */
  expireTime: string,
})

/** What proves the ownership of a domain name. */
export interface CnameToken extends TypeOf<typeof cnameToken> {}

const cnameCertificate = struct({
  /** The certificate's fingerprint. */
  fingerprint: string,
  /** From when on it is valid, as in `Wed, 12 Apr 2023 10:14:51 GMT`. */
  validStartDate: string,
  /** Until when it is valid, as in `Mon, 4 May 2048 10:14:51 GMT`. */
  validEndDate: string,
  /** Where it comes from. */
  type: certificateType,
  /** The certificate's id. */
  certId: string,
  /** Whether it is in use. */
  status: cnameStatus,
  /** When it was bound, as in `Wed, 15 Sep 2021 02:35:06 GMT`. */
  creationDate: string,
})

/** The certificate of a domain name. */
export interface CnameCertificate extends TypeOf<typeof cnameCertificate> {}

const cnameInfo = struct({
  /** The domain name, as in `www.example.com`. */
  domain: string,
  /** When it was bound, in ISO 8601, as in `2021-09-15T02:35:06.000Z`. */
  lastModified: string,
  /** Whether it is in use. */
  status: cnameStatus,
  /** Its certificate; absent if it has none. */
  certificate: element<CnameCertificate>('Certificate', cnameCertificate),
})

/** A domain name that is bound to a bucket. */
export interface CnameInfo extends TypeOf<typeof cnameInfo> {}

/**
 * Makes the token that proves to OSS who owns a domain name, before `putCname` binds it. Put it into the DNS as
 * {@link CnameToken} says; it is valid for 72 hours.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/createcnametoken CreateCnameToken}
 */
export const createCnameToken = operation({
  name: 'CreateCnameToken',
  route: 'POST /{bucket}?cname&comp=token',
  input: {
    /** The domain name. */
    bucketCnameConfiguration: required(
      xmlBody<BucketCnameConfiguration>('BucketCnameConfiguration', bucketCnameConfiguration),
    ),
  },
  output: {
    /** The token, and until when it is valid. */
    cnameToken: required(xmlBody<CnameToken>('CnameToken', cnameToken)),
  },
})

/**
 * Tells the token of a domain name that `createCnameToken` made.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getcnametoken GetCnameToken}
 */
export const getCnameToken = operation({
  name: 'GetCnameToken',
  route: 'GET /{bucket}?comp=token',
  input: {
    /** The domain name, as in `www.example.com`. */
    cname: required(query('cname')),
  },
  output: {
    /** The token, and until when it is valid. */
    cnameToken: required(xmlBody<CnameToken>('CnameToken', cnameToken)),
  },
})

/**
 * Binds a domain name to a bucket, or a certificate to a domain name that is bound.
 *
 * Throws a ServiceError with the code `NeedVerifyDomainOwnership` while the DNS does not hold the token of
 * `createCnameToken`.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putcname PutCname}
 */
export const putCname = operation({
  name: 'PutCname',
  route: 'POST /{bucket}?cname&comp=add',
  input: {
    /** The domain name, and its certificate if it shall have one. */
    bucketCnameConfiguration: required(
      xmlBody<BucketCnameConfiguration>('BucketCnameConfiguration', bucketCnameConfiguration),
    ),
  },
})

/**
 * Lists the domain names that are bound to a bucket.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/listcname ListCname}
 */
export const listCname = operation({
  name: 'ListCname',
  route: 'GET /{bucket}?cname',
  output: xml(undefined, {
    /** The domain names. */
    cnames: required(list<CnameInfo>('Cname', cnameInfo)),
    /** The bucket's name. */
    bucket: string,
    /** The account that the bucket belongs to. */
    owner: string,
  }),
})

/**
 * Unbinds a domain name from a bucket.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deletecname DeleteCname}
 */
export const deleteCname = operation({
  name: 'DeleteCname',
  route: 'POST /{bucket}?cname&comp=delete',
  input: {
    /** The domain name. */
    bucketCnameConfiguration: required(
      xmlBody<BucketCnameConfiguration>('BucketCnameConfiguration', bucketCnameConfiguration),
    ),
  },
})
