import { operation } from '../../operation.ts'
import { boolean, freeJson, json, list, number, required, string } from '../../words.ts'

/** The numbers of a vector. */
export interface VectorData {
  /** As many as the index has dimensions; not all of them 0 where distances are cosines. */
  float32: number[]
}

/** What is stored beside a vector, 40 KB at most, of which 2 KB in at most 10 members can be filtered by. */
export type VectorMetadata = Record<string, unknown>

/** A vector to store. */
export interface Vector {
  /** Its key in the index: 1 to 1024 characters. */
  key: string
  /** Its numbers, as many as the index has dimensions. */
  data: VectorData
  /** What to store beside it. */
  metadata?: VectorMetadata | undefined
}

/** A vector that was found. */
export interface FoundVector {
  /** Its key in the index. */
  key: string
  /** Its numbers, if they were asked for. */
  data?: VectorData
  /** What is stored beside it, if it was asked for. */
  metadata?: VectorMetadata
  /** How far it is from the vector of the query, if that was asked for. */
  distance?: number
}

/** What of its metadata a vector has to match, as in `{ $and: [{ type: { $in: ['comedy'] } }, { year: { $gte: 2020 } }] }`. */
export type VectorFilter = Record<string, unknown>

const inIndex = {
  /** The name of the index. */
  indexName: required(string),
}

const byKeys = {
  /** The keys of the vectors. */
  keys: required(list('keys', string)),
}

const returnedData = {
  /** Whether to return the numbers of vectors. @default false */
  returnData: boolean,
}

const returnedMetadata = {
  /** Whether to return what is stored beside vectors. @default false */
  returnMetadata: boolean,
}

/**
 * Stores vectors, replacing those with the same key. All of them are refused if two have one key.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putvectors PutVectors}
 */
export const putVectors = operation({
  name: 'PutVectors',
  route: 'POST /{bucket}?putVectors',
  input: json({
    ...inIndex,
    /** The vectors: 1 to 500. */
    vectors: required(list('vectors', freeJson<Vector>())),
  }),
})

/**
 * Returns vectors by their keys. Keys that do not exist are left out.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getvectors GetVectors}
 */
export const getVectors = operation({
  name: 'GetVectors',
  route: 'POST /{bucket}?getVectors',
  input: json({
    ...inIndex,
    ...byKeys,
    ...returnedData,
    ...returnedMetadata,
  }),
  output: json({
    /** The vectors that there are. */
    vectors: required(list('vectors', freeJson<FoundVector>())),
  }),
})

/**
 * Lists the vectors of an index.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/listvectors ListVectors}
 */
export const listVectors = operation({
  name: 'ListVectors',
  route: 'POST /{bucket}?listVectors',
  input: json({
    ...inIndex,
    /** Vectors on one page at most: 1 to 1000, and 1 MB in all. @default 500 */
    maxResults: number,
    /** Goes on where a page ended: its `nextToken`. */
    nextToken: string,
    ...returnedData,
    ...returnedMetadata,
    /** How many listings share the index, to list it in parallel: 1 to 16. @default 1 */
    segmentCount: number,
    /** Which of these listings this one is, counted from 0. */
    segmentIndex: number,
  }),
  output: json({
    /** The `nextToken` of the next page; absent on the last. */
    nextToken: string,
    /** The vectors of this page. */
    vectors: required(list('vectors', freeJson<FoundVector>())),
  }),
  next: { nextToken: 'nextToken' },
  limit: 'maxResults',
})

/**
 * Deletes vectors by their keys. Keys that do not exist are no error.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deletevectors DeleteVectors}
 */
export const deleteVectors = operation({
  name: 'DeleteVectors',
  route: 'POST /{bucket}?deleteVectors',
  input: json({
    ...inIndex,
    ...byKeys,
  }),
})

/**
 * Finds the vectors of an index that are nearest to a vector.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/queryvectors QueryVectors}
 */
export const queryVectors = operation({
  name: 'QueryVectors',
  route: 'POST /{bucket}?queryVectors',
  input: json({
    /** Only vectors whose metadata matches this, as in `{ year: { $gte: 2020 } }`. */
    filter: freeJson<VectorFilter>(),
    ...inIndex,
    /** The vector to look around. */
    queryVector: required(freeJson<VectorData>()),
    /** Whether to return how far each vector is. @default false */
    returnDistance: boolean,
    ...returnedMetadata,
    /** How many vectors to return at most: 1 to 100. */
    topK: required(number),
  }),
  output: json({
    /** The vectors that were found, the nearest first. */
    vectors: required(list('vectors', freeJson<FoundVector>())),
  }),
})
