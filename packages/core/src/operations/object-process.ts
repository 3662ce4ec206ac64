import { operation } from '../operation.ts'
import { element, json, number, required, string, text } from '../words.ts'
import { payer } from './shared.ts'

/**
 * Processes an image and stores the result.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/processobject ProcessObject}
 */
export const processObject = operation({
  name: 'ProcessObject',
  route: 'POST /{bucket}/{key}?x-oss-process',
  input: {
    /** What to do and where to put it, as in `image/resize,w_100|sys/saveas,o_dGVzdC5qcGc=,b_dGVzdA==`. */
    process: required(text('x-oss-process=')),
    ...payer,
  },
  output: json({
    /** The bucket that the result is in; empty if it is the source's. */
    bucket: string,
    /** Bytes of the result. */
    fileSize: number,
    /** The key of the result. */
    key: element('object'),
    /** `OK` if it was stored. */
    processStatus: element('status'),
  }),
})

/**
 * Starts to process a document, audio or video file, and returns at once.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/asyncprocessobject AsyncProcessObject}
 */
export const asyncProcessObject = operation({
  name: 'AsyncProcessObject',
  route: 'POST /{bucket}/{key}?x-oss-async-process',
  input: {
    /** What to do and where to put it, as in `video/convert,f_avi,vcodec_h265|sys/saveas,o_dGVzdC5hdmk=`. */
    process: required(text('x-oss-async-process=')),
    ...payer,
  },
  output: json({
    /** The id under which events tell of the result. */
    eventId: element('EventId'),
    /** The task's id. */
    taskId: element('TaskId'),
    /** The id that the processing service gave the request. */
    processRequestId: element('RequestId'),
  }),
})
