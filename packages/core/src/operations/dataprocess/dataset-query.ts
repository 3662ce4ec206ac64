import { operation } from '../../operation.ts'
import { boolean, list, number, query, required, string, struct, type TypeOf, xml } from '../../words.ts'
import { type DatasetFile, datasetFile } from './dataset-file.ts'

const aggregationGroup = struct({
  /** The value that the field has in all of them. */
  value: string,
  /** How many files. */
  count: number,
})

/** Files in which a field has the same value. */
export interface AggregationGroup extends TypeOf<typeof aggregationGroup> {}

const aggregation = struct({
  /** What was computed: `min`, `max`, `average`, `sum`, `count`, `distinct` or `group`. */
  operation: string,
  /** Over the values of which field, as in `Size`. */
  field: string,
  /** The result. */
  value: string,
  /** The result of `group`. */
  aggregationGroups: required(list<AggregationGroup>('Groups/Group', aggregationGroup)),
})

/** Something computed over all files that were found. */
export interface Aggregation extends TypeOf<typeof aggregation> {}

const search = {
  /** The dataset. */
  datasetName: required(query('datasetName')),
  /** Goes on where the answer with this `nextToken` ended. */
  nextToken: query('nextToken'),
  /** Files on one page at most: 1 to 100. @default 100 */
  maxResults: query('maxResults', number),
  /** Which members of files to return, as JSON text: `["Filename","Size"]`. @default all of them */
  withFields: query('withFields'),
}

/**
 * Finds files of a dataset by what is known about them, or computes something over them.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/simplequery SimpleQuery}
 */
export const simpleQuery = operation({
  name: 'SimpleQuery',
  route: 'POST /{bucket}?metaQuery&action=simpleQuery',
  input: {
    ...search,
    /**
     * Conditions as JSON text, as in `{"Field":"Size","Value":"1048576","Operation":"gt"}`, whose operation is `eq`, `gt`,
     * `gte`, `lt`, `lte`, `match`, `prefix`, or `and`, `or`, `not` over `SubQueries`.
     */
    query: query('query'),
    /** The fields to sort by, as in `Size,Filename`. */
    sort: query('sort'),
    /** Which values come first, for each field: `asc` or `desc`, as in `desc,asc`. @default 'asc' */
    order: query('order'),
    /** What to compute, as JSON text: `[{"Field":"Size","Operation":"sum"}]`. The answer then has no files. */
    aggregations: query('aggregations'),
    /** Whether to leave out how many files there are in all, which is faster. @default false */
    withoutTotalHits: query('withoutTotalHits', boolean),
  },
  output: xml('SimpleQueryResponse', {
    /** The files of this page. */
    files: required(list<DatasetFile>('Files/File', datasetFile)),
    /** The `nextToken` of the next page; absent on the last. */
    nextToken: string,
    /** What was asked for. */
    maxResults: number,
    /** How many files there are in all. */
    totalHits: number,
    /** What was computed. */
    aggregations: required(list<Aggregation>('Aggregations/Aggregation', aggregation)),
  }),
  next: { nextToken: 'nextToken' },
  limit: 'maxResults',
})

/**
 * Finds files of a dataset by what they show and say.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/semanticquery SemanticQuery}
 */
export const semanticQuery = operation({
  name: 'SemanticQuery',
  route: 'POST /{bucket}?metaQuery&action=semanticQuery',
  input: {
    ...search,
    /** What to find, in plain words. */
    query: query('query'),
    /** Further conditions as JSON text, as `simpleQuery` takes them. */
    simpleQuery: query('simpleQuery'),
    /** Which kinds of content to look for, as JSON text: `["image","video"]`. */
    mediaTypes: query('mediaTypes'),
    /** A picture to find similar ones of, as in `oss://photos/cat.jpg`. */
    sourceUri: query('sourceURI'),
    /** Only files in these clusters, as JSON text. */
    smartClusterIds: query('smartClusterIds'),
  },
  output: xml('SemanticQueryResponse', {
    /** The files of this page, the most similar first. */
    files: required(list<DatasetFile>('Files/File', datasetFile)),
    /** The `nextToken` of the next page; absent on the last. */
    nextToken: string,
    /** What was asked for. */
    maxResults: number,
    /** How many files there are in all. */
    totalCount: number,
  }),
  next: { nextToken: 'nextToken' },
  limit: 'maxResults',
})
