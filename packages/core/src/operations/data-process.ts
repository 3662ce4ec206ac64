import { operation } from '../operation.ts'
import { payload, query, required, text } from '../words.ts'

/**
 * Performs an action of data indexing on a bucket, for those that have no operation of their own.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/dometaqueryaction DoMetaQueryAction}
 */
export const doMetaQueryAction = operation({
  name: 'DoMetaQueryAction',
  route: 'POST /{bucket}?metaQuery',
  input: {
    /** The action's name, as in `createDataset`. */
    action: required(query('action')),
    /** What the action takes, as its page in the API reference says. */
    body: payload,
  },
  output: {
    /** What the action answers, as its page in the API reference says. */
    body: required(text()),
  },
})

/**
 * Performs an action of data pipelines.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/dodatapipelineaction DoDataPipelineAction}
 */
export const doDataPipelineAction = operation({
  name: 'DoDataPipelineAction',
  route: 'POST /?dataPipeline',
  input: {
    /** The action's name, as in `putDataPipelineConfiguration`. */
    action: required(query('action')),
    /** What the action takes, as its page in the API reference says. */
    body: payload,
  },
  output: {
    /** What the action answers, as its page in the API reference says. */
    body: required(text()),
  },
})
