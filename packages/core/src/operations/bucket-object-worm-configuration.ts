import { operation } from '../operation.ts'
import { element, number, oneOf, required, struct, type TypeOf, xmlBody } from '../words.ts'
import { objectWormMode } from './shared.ts'

const objectWormEnabled = oneOf('Enabled')
/** Whether objects of a bucket can be retained. It cannot be turned off. */
export type ObjectWormEnabled = TypeOf<typeof objectWormEnabled>

const objectWormDefaultRetention = struct({
  /** Whether anybody may lift the retention. */
  mode: objectWormMode,
  /** Days that an object is retained: 1 to 36500. In place of `years`. */
  days: number,
  /** Years that an object is retained: 1 to 100. In place of `days`. */
  years: number,
})

/** How long objects are retained that are stored without a word about it. */
export interface ObjectWormDefaultRetention extends TypeOf<typeof objectWormDefaultRetention> {}

const objectWormRule = struct({
  /** How long objects are retained that are stored without a word about it. */
  defaultRetention: element<ObjectWormDefaultRetention>('DefaultRetention', objectWormDefaultRetention),
})

/** What holds for all objects of a bucket. */
export interface ObjectWormConfigurationRule extends TypeOf<typeof objectWormRule> {}

const objectWormConfiguration = struct({
  /** Must be `Enabled`. */
  objectWormEnabled,
  /** What holds for all objects. @default nothing: an object is retained if its own settings say so */
  rule: element<ObjectWormConfigurationRule>('Rule', objectWormRule),
})

/** How a bucket keeps its objects from being changed and deleted. */
export interface ObjectWormConfiguration extends TypeOf<typeof objectWormConfiguration> {}

/**
 * Lets the objects of a versioned bucket be retained one by one, and sets what holds for those that say nothing. It cannot be
 * turned off; the default can be changed.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketobjectwormconfiguration PutBucketObjectWormConfiguration}
 */
export const putBucketObjectWormConfiguration = operation({
  name: 'PutBucketObjectWormConfiguration',
  route: 'PUT /{bucket}?objectWorm',
  input: {
    /** What shall hold. */
    objectWormConfiguration: required(
      xmlBody<ObjectWormConfiguration>('ObjectWormConfiguration', objectWormConfiguration),
    ),
  },
})

/**
 * Tells whether the objects of a bucket can be retained, and for how long they are by default.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketobjectwormconfiguration GetBucketObjectWormConfiguration}
 */
export const getBucketObjectWormConfiguration = operation({
  name: 'GetBucketObjectWormConfiguration',
  route: 'GET /{bucket}?objectWorm',
  output: {
    /** What holds. */
    objectWormConfiguration: required(
      xmlBody<ObjectWormConfiguration>('ObjectWormConfiguration', objectWormConfiguration),
    ),
  },
})
