import { operation } from '../operation.ts'
import { list, query, required, string, struct, type TypeOf, xml } from '../words.ts'

const regionInfo = struct({
  /** The region with `oss-` before it, as in `oss-cn-hangzhou`. */
  region: required(string),
  /** Host for access from the internet. */
  internetEndpoint: string,
  /** Host for access from inside Alibaba Cloud. */
  internalEndpoint: string,
  /** Host of the transfer acceleration. */
  accelerateEndpoint: string,
})

/** Where a region can be reached. */
export interface RegionInfo extends TypeOf<typeof regionInfo> {}

/**
 * Tells the hosts of all regions, or of one.
 *
 * Throws a ServiceError with the code `NoSuchRegion` for a region that OSS does not know.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/describeregions DescribeRegions}
 */
export const describeRegions = operation({
  name: 'DescribeRegions',
  route: 'GET /?regions',
  input: {
    /** Only this region, as in `oss-cn-hangzhou`. @default all */
    regions: query('regions'),
  },
  output: xml('RegionInfoList', {
    /** The regions, or the one that was asked for. */
    regionInfo: required(list<RegionInfo>('RegionInfo', regionInfo)),
  }),
})
