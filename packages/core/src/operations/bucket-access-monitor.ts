import { operation } from '../operation.ts'
import { oneOf, required, struct, type TypeOf, xmlBody } from '../words.ts'

const accessMonitorStatus = oneOf('Enabled', 'Disabled')
/** Whether OSS keeps the time of each object's last access. */
export type AccessMonitorStatus = TypeOf<typeof accessMonitorStatus>

const accessMonitorConfiguration = struct({
  /**
   * `Enabled` counts the moment it is set as every object's last access. `Disabled` is refused while a lifecycle rule
   * of the bucket goes by the last access.
   */
  status: accessMonitorStatus,
})

/** Whether a bucket keeps the time of each object's last access, at most one a day. */
export interface AccessMonitorConfiguration extends TypeOf<typeof accessMonitorConfiguration> {}

/**
 * Sets whether a bucket keeps the time of each object's last access, which lifecycle rules with `isAccessTime` need.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketaccessmonitor PutBucketAccessMonitor}
 */
export const putBucketAccessMonitor = operation({
  name: 'PutBucketAccessMonitor',
  route: 'PUT /{bucket}?accessmonitor',
  input: {
    /** Whether the times are kept. */
    accessMonitorConfiguration: required(
      xmlBody<AccessMonitorConfiguration>('AccessMonitorConfiguration', accessMonitorConfiguration),
    ),
  },
})

/**
 * Tells whether a bucket keeps the time of each object's last access.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketaccessmonitor GetBucketAccessMonitor}
 */
export const getBucketAccessMonitor = operation({
  name: 'GetBucketAccessMonitor',
  route: 'GET /{bucket}?accessmonitor',
  output: {
    /** Whether the times are kept; `Disabled` if it was never set. */
    accessMonitorConfiguration: required(
      xmlBody<AccessMonitorConfiguration>('AccessMonitorConfiguration', accessMonitorConfiguration),
    ),
  },
})
