import { operation } from '../../operation.ts'
import { freeJson, json, list, number, oneOf, required, string, type TypeOf } from '../../words.ts'

const dataType = oneOf('float32')
/** Of what kind the numbers of a vector are. */
export type VectorDataType = TypeOf<typeof dataType>

const distanceMetric = oneOf('euclidean', 'cosine')
/** How the distance between two vectors is measured. */
export type DistanceMetric = TypeOf<typeof distanceMetric>

/** What an index knows about the metadata of its vectors. */
export interface IndexMetadata {
  /** Metadata by which a query cannot filter; all other metadata counts as filterable. */
  nonFilterableMetadataKeys?: string[] | undefined
}

/** What OSS knows about a vector index. */
export interface VectorIndex {
  /** When the index was created, in ISO 8601, as in `2025-04-30T07:18:43.000Z`. */
  createTime?: string
  /** Of what kind the numbers of its vectors are. */
  dataType?: VectorDataType
  /** How many numbers each of its vectors has. */
  dimension?: number
  /** How the distance between two vectors is measured. */
  distanceMetric?: DistanceMetric
  /** The index's name. */
  indexName?: string
  /** By which metadata a query cannot filter. */
  metadata?: IndexMetadata
  /** `enable` when it can be used; `creating` and `deleting` before and after that. */
  status?: string
}

/**
 * Creates an index in a vector bucket. Its dimension and metric are fixed for its life.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putvectorindex PutVectorIndex}
 */
export const putVectorIndex = operation({
  name: 'PutVectorIndex',
  route: 'POST /{bucket}?putVectorIndex',
  input: json({
    /** Of what kind the numbers of its vectors are. */
    dataType: required(dataType),
    /** How many numbers each of its vectors has: 1 to 4096. */
    dimension: required(number),
    /** How the distance between two vectors is measured. */
    distanceMetric: required(distanceMetric),
    /** The index's name: 1 to 63 letters and digits, the first of them a letter. */
    indexName: required(string),
    /** By which metadata a query shall not filter. */
    metadata: freeJson<IndexMetadata>(),
  }),
})

/**
 * Tells what OSS knows about a vector index.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getvectorindex GetVectorIndex}
 */
export const getVectorIndex = operation({
  name: 'GetVectorIndex',
  route: 'POST /{bucket}?getVectorIndex',
  input: json({
    /** The index's name. */
    indexName: required(string),
  }),
  output: json({
    /** What OSS knows about it. */
    index: freeJson<VectorIndex>(),
  }),
})

/**
 * Lists the indexes of a vector bucket.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/listvectorindexes ListVectorIndexes}
 */
export const listVectorIndexes = operation({
  name: 'ListVectorIndexes',
  route: 'POST /{bucket}?listVectorIndexes',
  input: json({
    /** Indexes on one page at most: 1 to 500. @default 100 */
    maxResults: number,
    /** Goes on where a page ended: its `nextToken`. */
    nextToken: string,
    /** Only indexes whose name begins with this. */
    prefix: string,
  }),
  output: json({
    /** The indexes of this page. */
    indexes: required(list('indexes', freeJson<VectorIndex>())),
    /** The `nextToken` of the next page; absent on the last. */
    nextToken: string,
  }),
  next: { nextToken: 'nextToken' },
  limit: 'maxResults',
})

/**
 * Deletes a vector index with all its vectors.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deletevectorindex DeleteVectorIndex}
 */
export const deleteVectorIndex = operation({
  name: 'DeleteVectorIndex',
  route: 'POST /{bucket}?deleteVectorIndex',
  input: json({
    /** The index's name. */
    indexName: required(string),
  }),
})
