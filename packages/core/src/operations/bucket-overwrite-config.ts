import { operation } from '../operation.ts'
import { element, list, oneOf, required, string, struct, type TypeOf, xmlBody } from '../words.ts'

const overwritePrincipals = struct({
  /** Ids of accounts, RAM users and roles, as in a bucket policy; `*` stands for any characters. */
  principals: required(list('Principal', string)),
})

/** Whose requests a rule is about. */
export interface OverwritePrincipals extends TypeOf<typeof overwritePrincipals> {}

const overwriteRule = struct({
  /** What the rule does: `forbid` is all there is. */
  action: required(oneOf('forbid')),
  /** Only keys that begin with this, at most 1023 characters; `*` stands for itself. @default every key */
  prefix: string,
  /** Only keys that end with this, at most 1023 characters; `*` stands for itself. @default every key */
  suffix: string,
  /** Only requests of these. @default everybody's */
  principals: element<OverwritePrincipals>('Principals', overwritePrincipals),
  /** The rule's id, unique in the bucket. @default a UUID that OSS makes */
  id: element('ID'),
})

/** Which objects cannot be overwritten, and by whom. Prefix, suffix and principals have to match all. */
export interface OverwriteRule extends TypeOf<typeof overwriteRule> {}

const overwriteConfiguration = struct({
  /** At most 100. A write that matches one of them is refused. */
  rules: list<OverwriteRule>('Rule', overwriteRule),
})

/** What in a bucket cannot be overwritten. */
export interface OverwriteConfiguration extends TypeOf<typeof overwriteConfiguration> {}

/**
 * Sets which objects of a bucket cannot be overwritten, replacing any rules it had. Writing over one of them then fails
 * with `FileAlreadyExists`. Rules have no effect in a bucket with versioning.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketoverwriteconfig PutBucketOverwriteConfig}
 */
export const putBucketOverwriteConfig = operation({
  name: 'PutBucketOverwriteConfig',
  route: 'PUT /{bucket}?overwriteConfig',
  input: {
    /** The rules that the bucket shall have. */
    overwriteConfiguration: required(xmlBody<OverwriteConfiguration>('OverwriteConfiguration', overwriteConfiguration)),
  },
})

/**
 * Tells which objects of a bucket cannot be overwritten.
 *
 * Throws a ServiceError with the status 404 if it has no rules.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketoverwriteconfig GetBucketOverwriteConfig}
 */
export const getBucketOverwriteConfig = operation({
  name: 'GetBucketOverwriteConfig',
  route: 'GET /{bucket}?overwriteConfig',
  output: {
    /** The rules that the bucket has. */
    overwriteConfiguration: required(xmlBody<OverwriteConfiguration>('OverwriteConfiguration', overwriteConfiguration)),
  },
})

/**
 * Deletes the rules of a bucket against overwriting. Deleting none succeeds.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deletebucketoverwriteconfig DeleteBucketOverwriteConfig}
 */
export const deleteBucketOverwriteConfig = operation({
  name: 'DeleteBucketOverwriteConfig',
  route: 'DELETE /{bucket}?overwriteConfig',
})
