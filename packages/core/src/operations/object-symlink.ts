import { operation } from '../operation.ts'
import { header, headers, required } from '../words.ts'
import { answeredVersion, anyVersion, payer, storedAcl, storing } from './shared.ts'

/**
 * Creates an object that stands for another one in the same bucket, replacing any object with the same key.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putsymlink PutSymlink}
 */
export const putSymlink = operation({
  name: 'PutSymlink',
  route: 'PUT /{bucket}/{key}?symlink',
  input: {
    /** The key of the object it stands for, percent-encoded where it is not plain ASCII. It need not exist yet. */
    target: required(header('x-oss-symlink-target')),
    ...storing,
    ...storedAcl,
    ...payer,
  },
  output: { ...answeredVersion },
})

/**
 * Tells which object a symbolic link stands for.
 *
 * Throws a ServiceError with the code `NotSymlink` for an object of another kind.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getsymlink GetSymlink}
 */
export const getSymlink = operation({
  name: 'GetSymlink',
  route: 'GET /{bucket}/{key}?symlink',
  input: { ...anyVersion, ...payer },
  output: {
    /** The key of the object it stands for, as it was written. */
    target: header('x-oss-symlink-target'),
    /** The link's own ETag; quoted. */
    etag: header('ETag'),
    /** The link's own user metadata. Names are in lower case. */
    metadata: required(headers('x-oss-meta-')),
    ...answeredVersion,
  },
})
