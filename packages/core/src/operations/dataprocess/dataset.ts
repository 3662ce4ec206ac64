import { operation } from '../../operation.ts'
import { boolean, element, list, number, query, required, string, struct, type TypeOf, xml } from '../../words.ts'

const workflowParameter = struct({
  /** The parameter's name. */
  name: string,
  /** Its value. */
  value: string,
  /** What it is for. */
  description: string,
})

/** A parameter of a workflow template. */
export interface WorkflowParameter extends TypeOf<typeof workflowParameter> {}

const workflowParameters = struct({
  /** One item a parameter. */
  workflowParameter: required(list<WorkflowParameter>('WorkflowParameter', workflowParameter)),
})

/** The parameters of a workflow template. */
export interface WorkflowParameters extends TypeOf<typeof workflowParameters> {}

const insightsConfig = struct({
  /** Whether things that are seen get labels. */
  enableLabel: boolean,
  /** Whether text is read from pictures. */
  enableOcr: element('EnableOCR', boolean),
  /** Whether faces are found. */
  enableFace: boolean,
  /** Whether pictures are described. */
  enableImage: boolean,
  /** Whether videos are described. */
  enableVideo: boolean,
  /** Whether sound is described. */
  enableAudio: boolean,
  /** The language of descriptions, as in `zh-Hans`. */
  language: string,
})

/** What models find out about files. */
export interface InsightsConfig extends TypeOf<typeof insightsConfig> {}

const datasetConfig = struct({
  /** What models find out about files. */
  insights: element<InsightsConfig>('Insights', insightsConfig),
})

/** How a dataset takes files in. */
export interface DatasetConfig extends TypeOf<typeof datasetConfig> {}

const dataset = struct({
  /** How many buckets feed the dataset. */
  bindCount: number,
  /** When the dataset was created, in RFC 3339, as in `2022-07-05T10:43:32.429344821+08:00`. */
  createTime: string,
  /** How many buckets may feed it. */
  datasetMaxBindCount: number,
  /** How many entities it may hold. */
  datasetMaxEntityCount: number,
  /** How many files it may hold. */
  datasetMaxFileCount: number,
  /** How many relations it may hold. */
  datasetMaxRelationCount: number,
  /** How many bytes its files may have in all. */
  datasetMaxTotalFileSize: number,
  /** The dataset's name. */
  datasetName: string,
  /** What it is for. */
  description: string,
  /** How many files it holds. Only if statistics were asked for. */
  fileCount: number,
  /** The workflow template by which files are taken in, as in `Official:AllFunction`. */
  templateId: string,
  /** How many bytes its files have in all. Only if statistics were asked for. */
  totalFileSize: number,
  /** When the dataset last changed, in RFC 3339. */
  updateTime: string,
  /** The parameters of the workflow template. */
  workflowParameters: element<WorkflowParameters>('WorkflowParameters', workflowParameters),
  /** The parameters of the workflow template, as JSON text. */
  workflowParametersString: string,
  /** How files are taken in. */
  datasetConfig: element<DatasetConfig>('DatasetConfig', datasetConfig),
})

/** What OSS knows about a dataset. */
export interface Dataset extends TypeOf<typeof dataset> {}

const ofDataset = {
  /** The dataset's name: 1 to 128 letters, digits, hyphens and underscores, the first of them a letter or underscore. */
  datasetName: required(query('datasetName')),
}

const settings = {
  /** What the dataset is for. */
  description: query('description'),
  /** The workflow template by which files are taken in, as in `Official:AllFunction`. */
  templateId: query('templateId'),
  /** The parameters of the workflow template, as JSON text. */
  workflowParameters: query('workflowParameters'),
  /** How files are taken in, as JSON text, as in `{"Insights":{"Language":"zh-Hans"}}`. */
  datasetConfig: query('datasetConfig'),
}

/**
 * Creates a dataset of what a bucket holds.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/createdataset CreateDataset}
 */
export const createDataset = operation({
  name: 'CreateDataset',
  route: 'POST /{bucket}?metaQuery&action=createDataset',
  input: {
    ...ofDataset,
    ...settings,
    /** The kind of cluster that keeps the dataset. */
    clusterType: query('clusterType'),
  },
  output: xml('CreateDatasetResponse', {
    /** The dataset as it was created. */
    dataset: element<Dataset>('Dataset', dataset),
  }),
})

/**
 * Changes the settings of a dataset. Those that are not given stay.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/updatedataset UpdateDataset}
 */
export const updateDataset = operation({
  name: 'UpdateDataset',
  route: 'POST /{bucket}?metaQuery&action=updateDataset',
  input: {
    ...ofDataset,
    ...settings,
  },
  output: xml('UpdateDatasetResponse', {
    /** The dataset after the change. */
    dataset: element<Dataset>('Dataset', dataset),
  }),
})

/**
 * Tells what OSS knows about a dataset.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getdataset GetDataset}
 */
export const getDataset = operation({
  name: 'GetDataset',
  route: 'POST /{bucket}?metaQuery&action=getDataset',
  input: {
    ...ofDataset,
    /** Whether to count its files. @default false */
    withStatistics: query('withStatistics', boolean),
  },
  output: xml('GetDatasetResponse', {
    /** What OSS knows about it. */
    dataset: element<Dataset>('Dataset', dataset),
  }),
})

/**
 * Lists the datasets of a bucket.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/listdatasets ListDatasets}
 */
export const listDatasets = operation({
  name: 'ListDatasets',
  route: 'POST /{bucket}?metaQuery&action=listDatasets',
  input: {
    /** Datasets on one page at most: 1 to 200. @default 100 */
    maxResults: query('maxResults', number),
    /** Goes on where a page ended: its `nextToken`. */
    nextToken: query('nextToken'),
    /** Only datasets whose name begins with this. */
    prefix: query('prefix'),
  },
  output: xml('ListDatasetsResponse', {
    /** The datasets of this page. */
    datasets: required(list<Dataset>('Datasets/Dataset', dataset)),
    /** The `nextToken` of the next page; absent on the last. */
    nextToken: string,
    /** What was asked for. */
    maxResults: number,
  }),
  next: { nextToken: 'nextToken' },
  limit: 'maxResults',
})

/**
 * Deletes a dataset. The objects that it was made from stay.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deletedataset DeleteDataset}
 */
export const deleteDataset = operation({
  name: 'DeleteDataset',
  route: 'POST /{bucket}?metaQuery&action=deleteDataset',
  input: ofDataset,
})
