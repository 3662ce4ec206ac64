import { operation } from '../operation.ts'
import { boolean, element, list, number, query, required, string, struct, type TypeOf, xml } from '../words.ts'
import { type Owner, owner } from './shared.ts'

const cloudBoxProperties = struct({
  /** The cloud box's id, as in `cb-f8z7yvzgwfkl9q0h****`. */
  id: element('ID'),
  /** The name that the account gave it. */
  name: string,
  /** The region that it belongs to, as in `cn-hangzhou`. */
  region: string,
  /** Host for calls that manage buckets. */
  controlEndpoint: string,
  /** Host for calls that store and read objects. */
  dataEndpoint: string,
  /** A name that stands for the id in hosts. */
  alias: string,
})

/** What a listing says of one cloud box. */
export interface CloudBoxProperties extends TypeOf<typeof cloudBoxProperties> {}

/**
 * Lists the cloud boxes of an account: OSS on machines that stand at the customer's.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/listcloudboxes ListCloudBoxes}
 */
export const listCloudBoxes = operation({
  name: 'ListCloudBoxes',
  route: 'GET /?cloudboxes',
  input: {
    /** Only cloud boxes whose ids come after this one. */
    marker: query('marker'),
    /** Cloud boxes on one page at most: 1 to 1000. @default 100 */
    maxKeys: query('max-keys', number),
    /** Only cloud boxes whose ids begin with this. */
    prefix: query('prefix'),
  },
  output: xml('ListCloudBoxResult', {
    /** What was asked for. */
    prefix: string,
    /** What was asked for. */
    marker: string,
    /** What was asked for. */
    maxKeys: number,
    /** Whether there are more, from `nextMarker` on. */
    isTruncated: boolean,
    /** The `marker` of the next page. */
    nextMarker: string,
    /** Whose cloud boxes these are. */
    owner: element<Owner>('Owner', owner),
    /** The cloud boxes of this page. */
    cloudBoxes: required(list<CloudBoxProperties>('CloudBoxes/CloudBox', cloudBoxProperties)),
  }),
  next: { marker: 'nextMarker' },
  limit: 'maxKeys',
})
