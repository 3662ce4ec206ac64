import { operation } from '../../operation.ts'
import { element, json, list, number, query, required, string, struct, type TypeOf } from '../../words.ts'
import { inNamespace, inTableBucket, nextPage, paged } from './shared.ts'

/**
 * Creates a namespace in a table bucket.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/createnamespace CreateNamespace}
 */
export const createNamespace = operation({
  name: 'CreateNamespace',
  route: 'PUT /namespaces/{tableBucketArn}',
  input: json({
    ...inTableBucket,
    /** The namespace, one item: 1 to 255 lower-case letters, digits and underscores, no underscore at either end. */
    namespace: required(list('namespace', string)),
  }),
  output: json({
    /** The ARN of the table bucket. */
    tableBucketArn: element('tableBucketARN'),
    /** The namespace, one item. */
    namespace: required(list('namespace', string)),
  }),
})

/**
 * Tells what OSS knows about a namespace.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getnamespace GetNamespace}
 */
export const getNamespace = operation({
  name: 'GetNamespace',
  route: 'GET /namespaces/{tableBucketArn}/{namespace}',
  input: inNamespace,
  output: json({
    /** The namespace, one item. */
    namespace: required(list('namespace', string)),
    /** The namespace's id. */
    namespaceId: string,
    /** The id of the table bucket. */
    tableBucketId: string,
    /** The account that the namespace belongs to. */
    ownerAccountId: string,
    /** When the namespace was created, in ISO 8601, as in `2027-01-01T00:00:00.000Z`. */
    createdAt: string,
    /** The account that created it. */
    createdBy: string,
  }),
})

const namespaceSummary = struct({
  /** The namespace, one item. */
  namespace: required(list('namespace', string)),
  /** When the namespace was created, in ISO 8601, as in `2027-01-01T00:00:00.000Z`. */
  createdAt: string,
  /** The account that created it. */
  createdBy: string,
  /** The account that the namespace belongs to. */
  ownerAccountId: string,
  /** The namespace's id. */
  namespaceId: string,
})

/** What a listing says of one namespace. */
export interface NamespaceSummary extends TypeOf<typeof namespaceSummary> {}

/**
 * Lists the namespaces of a table bucket.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/listnamespaces ListNamespaces}
 */
export const listNamespaces = operation({
  name: 'ListNamespaces',
  route: 'GET /namespaces/{tableBucketArn}',
  input: {
    ...inTableBucket,
    ...paged,
    /** Namespaces on one page at most: 1 to 1000. */
    maxNamespaces: query('maxNamespaces', number),
  },
  output: json({
    /** The namespaces of this page. */
    namespaces: required(list<NamespaceSummary>('namespaces', namespaceSummary)),
    ...nextPage,
  }),
  next: { continuationToken: 'continuationToken' },
  limit: 'maxNamespaces',
})

/**
 * Deletes a namespace without any table.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deletenamespace DeleteNamespace}
 */
export const deleteNamespace = operation({
  name: 'DeleteNamespace',
  route: 'DELETE /namespaces/{tableBucketArn}/{namespace}',
  input: inNamespace,
})
