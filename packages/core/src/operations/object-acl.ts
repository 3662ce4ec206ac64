import { operation } from '../operation.ts'
import { element, header, required, xml } from '../words.ts'
import { answeredVersion, anyVersion, type Owner, objectAcl, owner, payer } from './shared.ts'

/**
 * Sets who may read and write an object.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putobjectacl PutObjectACL}
 */
export const putObjectAcl = operation({
  name: 'PutObjectAcl',
  route: 'PUT /{bucket}/{key}?acl',
  input: {
    /** Who may read and write the object. */
    acl: required(header('x-oss-object-acl', objectAcl)),
    ...anyVersion,
    ...payer,
  },
  output: { ...answeredVersion },
})

/**
 * Tells who may read and write an object.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getobjectacl GetObjectACL}
 */
export const getObjectAcl = operation({
  name: 'GetObjectAcl',
  route: 'GET /{bucket}/{key}?acl',
  input: { ...anyVersion, ...payer },
  output: xml('AccessControlPolicy', {
    /** Who may read and write the object. */
    acl: element('AccessControlList/Grant', objectAcl),
    /** Whose object it is. */
    owner: element<Owner>('Owner', owner),
    ...answeredVersion,
  }),
})
