import { operation } from '../operation.ts'
import { element, list, number, oneOf, query, required, string, struct, type TypeOf, xml, xmlBody } from '../words.ts'
import { objectAcl, objectType, storageClass } from './shared.ts'

const metaQueryMode = oneOf('basic', 'semantic')
/** How an index finds objects: by what is known about them (`basic`), or also by what they show and say (`semantic`). */
export type MetaQueryMode = TypeOf<typeof metaQueryMode>

const metaQueryOrder = oneOf('asc', 'desc')
/** From the smallest value on (`asc`), or from the greatest on (`desc`). */
export type MetaQueryOrder = TypeOf<typeof metaQueryOrder>

const metaQueryOperation = oneOf('min', 'max', 'average', 'sum', 'count', 'distinct', 'group')
/** What is computed over the values of a field. */
export type MetaQueryOperation = TypeOf<typeof metaQueryOperation>

const metaQueryMediaType = oneOf('image', 'video', 'audio', 'document')
/** A kind of content. */
export type MetaQueryMediaType = TypeOf<typeof metaQueryMediaType>

const metaQueryState = oneOf('Ready', 'Stop', 'Running', 'Retrying', 'Failed', 'Deleted')
/**
 * Where an index stands: being prepared (`Ready`, cannot be asked yet), paused, at work, being prepared again, could not be
 * prepared, deleted.
 */
export type MetaQueryState = TypeOf<typeof metaQueryState>

const metaQueryPhase = oneOf('FullScanning', 'IncrementalScanning')
/** Whether an index reads all objects of the bucket or follows its changes. */
export type MetaQueryPhase = TypeOf<typeof metaQueryPhase>

const metaQueryGroup = struct({
  /** The value that the field has in all of them. */
  value: string,
  /** How many objects. */
  count: number,
})

/** Objects in which a field has the same value. */
export interface MetaQueryGroup extends TypeOf<typeof metaQueryGroup> {}

const metaQueryGroups = struct({
  /** One item a value. */
  groups: list<MetaQueryGroup>('Group', metaQueryGroup),
})

/** Objects grouped by the value of a field. */
export interface MetaQueryGroups extends TypeOf<typeof metaQueryGroups> {}

const metaQueryAggregation = struct({
  /** The field, as in `Size`. */
  field: string,
  /** What is computed over its values. */
  operation: metaQueryOperation,
  /** The result. In answers only. */
  value: number,
  /** The result of `group`. In answers only. */
  groups: element<MetaQueryGroups>('Groups', metaQueryGroups),
})

/** Something computed over all objects that were found. */
export interface MetaQueryAggregation extends TypeOf<typeof metaQueryAggregation> {}

const metaQueryAggregations = struct({
  /** What is computed, one item each. */
  aggregations: list<MetaQueryAggregation>('Aggregation', metaQueryAggregation),
})

/** What is computed over all objects that were found. */
export interface MetaQueryAggregations extends TypeOf<typeof metaQueryAggregations> {}

const metaQueryMediaTypes = struct({
  /** The kinds, for the mode `semantic`. */
  mediaType: list('MediaType', metaQueryMediaType),
})

/** Which kinds of content are looked for. */
export interface MetaQueryMediaTypes extends TypeOf<typeof metaQueryMediaTypes> {}

const metaQuery = struct({
  /** What to compute over all objects that are found; the answer then has no files. For the mode `basic`. */
  aggregations: element<MetaQueryAggregations>('Aggregations', metaQueryAggregations),
  /** Goes on where the answer with this `nextToken` ended. @default from the beginning */
  nextToken: string,
  /** Objects on one page at most: 1 to 100. @default 100 */
  maxResults: number,
  /**
   * What to find. In the mode `basic` conditions in JSON, as in `{"Field":"Size","Value":"1048576","Operation":"gt"}`, whose
   * operation is `eq`, `gt`, `gte`, `lt`, `lte`, `match`, `prefix`, or `and`, `or`, `not` over `SubQueries`; in the mode
   * `semantic` a description in plain words.
   */
  query: string,
  /** The field to sort by, as in `Size`. For the mode `basic`. */
  sort: string,
  /** Which values come first. Goes with `sort`. @default 'desc' */
  order: metaQueryOrder,
  /** Which kinds of content to look for. Needed in the mode `semantic`. */
  mediaTypes: element<MetaQueryMediaTypes>('MediaTypes', metaQueryMediaTypes),
  /** Conditions in JSON, as `query` has them in the mode `basic`. For the mode `semantic`. */
  simpleQuery: string,
})

/** What to find, and in which order. */
export interface MetaQuery extends TypeOf<typeof metaQuery> {}

const metaQueryTagging = struct({
  /** The tag's name. */
  key: string,
  /** The tag's value. */
  value: string,
})

/** A tag of an object that was found. */
export interface MetaQueryTagging extends TypeOf<typeof metaQueryTagging> {}

const metaQueryOssTagging = struct({
  /** One item a tag. */
  taggings: required(list<MetaQueryTagging>('Tagging', metaQueryTagging)),
})

/** The tags of an object that was found. */
export interface MetaQueryOssTagging extends TypeOf<typeof metaQueryOssTagging> {}

const metaQueryUserMeta = struct({
  /** The name, with `x-oss-meta-` before it. */
  key: string,
  /** The value. */
  value: string,
})

/** An item of an object's user metadata. */
export interface MetaQueryUserMeta extends TypeOf<typeof metaQueryUserMeta> {}

const metaQueryOssUserMeta = struct({
  /** The items. */
  userMetas: required(list<MetaQueryUserMeta>('UserMeta', metaQueryUserMeta)),
})

/** The user metadata of an object that was found. */
export interface MetaQueryOssUserMeta extends TypeOf<typeof metaQueryOssUserMeta> {}

const metaQueryAudioStream = struct({
  /** Bits per second. */
  bitrate: number,
  /** Samples per second. */
  sampleRate: number,
  /** When it begins, in seconds. */
  startTime: number,
  /** How long it is, in seconds. */
  duration: number,
  /** How many channels it has. */
  channels: number,
  /** Its language, as a BCP 47 tag. */
  language: string,
  /** How it is coded, as in `aac`. */
  codecName: string,
})

/** A sound track. */
export interface MetaQueryAudioStream extends TypeOf<typeof metaQueryAudioStream> {}

const metaQueryAudioStreams = struct({
  /** One item a track. */
  audioStream: required(list<MetaQueryAudioStream>('AudioStream', metaQueryAudioStream)),
})

/** The sound tracks of audio or video. */
export interface MetaQueryAudioStreams extends TypeOf<typeof metaQueryAudioStreams> {}

const metaQueryAddress = struct({
  /** The street. */
  township: string,
  /** The whole address in one line. */
  addressLine: string,
  /** The city. */
  city: string,
  /** The country. */
  country: string,
  /** The district of the city. */
  district: string,
  /** The language that the address is written in, as a BCP 47 tag. */
  language: string,
  /** The province. */
  province: string,
})

/** Where a picture or video was taken. */
export interface MetaQueryAddress extends TypeOf<typeof metaQueryAddress> {}

const metaQueryAddresses = struct({
  /** One item an address. */
  address: required(list<MetaQueryAddress>('Address', metaQueryAddress)),
})

/** Where pictures or videos were taken. */
export interface MetaQueryAddresses extends TypeOf<typeof metaQueryAddresses> {}

const metaQueryVideoStream = struct({
  /** Bits per second. */
  bitrate: number,
  /** Pictures per second, as a fraction as in `25/1`. */
  frameRate: string,
  /** When it begins, in seconds. */
  startTime: number,
  /** How long it is, in seconds. */
  duration: number,
  /** How many pictures it has. */
  frameCount: number,
  /** Pixels from top to bottom. */
  height: number,
  /** Pixels from left to right. */
  width: number,
  /** How it is coded, as in `h264`. */
  codecName: string,
  /** Its language, as a BCP 47 tag. */
  language: string,
  /** Bits of each sample. */
  bitDepth: number,
  /** How pixels are laid out, as in `yuv420p`. */
  pixelFormat: string,
  /** How colours are coded, as in `bt709`. */
  colorSpace: string,
})

/** A picture track. */
export interface MetaQueryVideoStream extends TypeOf<typeof metaQueryVideoStream> {}

const metaQueryVideoStreams = struct({
  /** One item a track. */
  videoStream: required(list<MetaQueryVideoStream>('VideoStream', metaQueryVideoStream)),
})

/** The picture tracks of a video. */
export interface MetaQueryVideoStreams extends TypeOf<typeof metaQueryVideoStreams> {}

const metaQuerySubtitle = struct({
  /** How they are coded, as in `mov_text`. */
  codecName: string,
  /** Their language, as a BCP 47 tag. */
  language: string,
  /** When they begin, in seconds. */
  startTime: number,
  /** How long they are, in seconds. */
  duration: number,
})

/** A track of subtitles. */
export interface MetaQuerySubtitle extends TypeOf<typeof metaQuerySubtitle> {}

const metaQuerySubtitles = struct({
  /** One item a track. */
  subtitle: required(list<MetaQuerySubtitle>('Subtitle', metaQuerySubtitle)),
})

/** The subtitles of a video. */
export interface MetaQuerySubtitles extends TypeOf<typeof metaQuerySubtitles> {}

const metaQueryInsight = struct({
  /** What it shows, in a few words. */
  caption: string,
  /** What it shows, at length. */
  description: string,
})

/** What a picture or video shows, as a model sees it. */
export interface MetaQueryInsight extends TypeOf<typeof metaQueryInsight> {}

const metaQueryInsights = struct({
  /** What the video shows. */
  video: element<MetaQueryInsight>('Video', metaQueryInsight),
  /** What the picture shows. */
  image: element<MetaQueryInsight>('Image', metaQueryInsight),
})

/** What an object shows, as a model sees it. */
export interface MetaQueryInsights extends TypeOf<typeof metaQueryInsights> {}

const metaQueryFile = struct({
  /** When the object last changed, in RFC 3339, as in `2021-06-29T14:50:15.011643661+08:00`. */
  fileModifiedTime: string,
  /** Changes with the content; quoted. */
  etag: element('ETag'),
  /** Who holds the key that OSS encrypted the object with: `AES256`, `KMS`, `SM4`. */
  serverSideEncryption: string,
  /** How many tags the object has. */
  ossTaggingCount: element('OSSTaggingCount', number),
  /** The tags. */
  ossTagging: element<MetaQueryOssTagging>('OSSTagging', metaQueryOssTagging),
  /** The user metadata. */
  ossUserMeta: element<MetaQueryOssUserMeta>('OSSUserMeta', metaQueryOssUserMeta),
  /** The object's key. */
  filename: string,
  /** Bytes of the object. */
  size: number,
  /** How the object came to be. */
  ossObjectType: element('OSSObjectType', objectType),
  /** How the object is kept. */
  ossStorageClass: element('OSSStorageClass', storageClass),
  /** Who may read and write the object. */
  objectAcl: element('ObjectACL', objectAcl),
  /** CRC-64/ECMA-182 of the object, as an unsigned decimal. */
  ossCrc64: element('OSSCRC64'),
  /** The algorithm, where the application holds the key. */
  serverSideEncryptionCustomerAlgorithm: string,
  /** How long caches may keep the object, as in `max-age=3600`. */
  cacheControl: string,
  /** What a browser does with the object, as in `attachment; filename="cat.jpg"`. */
  contentDisposition: string,
  /** MIME type. */
  contentType: string,
  /** Latitude and longitude of the place, as in `30.134390,120.074997`. Pictures and videos. */
  latLong: string,
  /** The id of the key in the Key Management Service. */
  serverSideEncryptionKeyId: string,
  /** Pixels from top to bottom. Videos. */
  videoHeight: number,
  /** Bits per second. Audio and videos. */
  bitrate: number,
  /** The sound tracks. */
  metaQueryAudioStreams: element<MetaQueryAudioStreams>('AudioStreams', metaQueryAudioStreams),
  /** The addresses. Pictures and videos. */
  metaQueryAddresses: element<MetaQueryAddresses>('Addresses', metaQueryAddresses),
  /** The object's place, as in `oss://examplebucket/test-object.jpg`. */
  uri: element('URI'),
  /** The method of the request across origins that stored the object. */
  accessControlRequestMethod: string,
  /** Pixels from left to right. Pictures. */
  imageWidth: number,
  /** The title. Audio, videos and documents. */
  title: string,
  /** The origins that the bucket's CORS rules allow. */
  accessControlAllowOrigin: string,
  /** Pixels from top to bottom. Pictures. */
  imageHeight: number,
  /** Who made the album. Audio. */
  albumArtist: string,
  /** How the bytes are packed, as in `gzip`. */
  contentEncoding: string,
  /** The language of the content. */
  contentLanguage: string,
  /** Who made it. Audio and videos. */
  artist: string,
  /** Who plays. Audio. */
  performer: string,
  /** The picture tracks. */
  metaQueryVideoStreams: element<MetaQueryVideoStreams>('VideoStreams', metaQueryVideoStreams),
  /** When it was taken or made, in RFC 3339. Pictures and videos. */
  produceTime: string,
  /** Pixels from left to right. Videos. */
  videoWidth: number,
  /** The album. Audio. */
  album: string,
  /** The kind of content, as in `image`. */
  mediaType: string,
  /** When a lifecycle rule will delete the object. */
  ossExpiration: element('OSSExpiration'),
  /** The algorithm, where the Key Management Service holds the key. */
  serverSideDataEncryption: string,
  /** Who composed it. Audio. */
  composer: string,
  /** How long it is, in seconds. Audio and videos. */
  duration: number,
  /** The subtitles. */
  metaQuerySubtitles: element<MetaQuerySubtitles>('Subtitles', metaQuerySubtitles),
  /** What it shows, as a model sees it. */
  insights: element<MetaQueryInsights>('Insights', metaQueryInsights),
})

/** What an index knows about an object. */
export interface MetaQueryFile extends TypeOf<typeof metaQueryFile> {}

const metaQueryFiles = struct({
  /** One item an object. */
  file: required(list<MetaQueryFile>('File', metaQueryFile)),
})

/** The objects that were found. */
export interface MetaQueryFiles extends TypeOf<typeof metaQueryFiles> {}

const metaQueryStatus = struct({
  /** When the index was created, in RFC 3339, as in `2021-08-02T10:49:17.289372919+08:00`. */
  createTime: string,
  /** When the index was last brought up to date, in RFC 3339. */
  updateTime: string,
  /** Where the index stands. */
  state: metaQueryState,
  /** Whether it reads all objects or follows changes. */
  phase: metaQueryPhase,
  /** How it finds objects. */
  metaQueryMode,
})

/** Where the index of a bucket stands. */
export interface MetaQueryStatus extends TypeOf<typeof metaQueryStatus> {}

/**
 * Creates the index of a bucket's objects that `doMetaQuery` asks. It is ready when it has read them all.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/openmetaquery OpenMetaQuery}
 */
export const openMetaQuery = operation({
  name: 'OpenMetaQuery',
  route: 'POST /{bucket}?metaQuery&comp=add',
  input: {
    /** How the index shall find objects. @default 'basic' */
    mode: query('mode', metaQueryMode),
  },
})

/**
 * Tells where the index of a bucket stands.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getmetaquerystatus GetMetaQueryStatus}
 */
export const getMetaQueryStatus = operation({
  name: 'GetMetaQueryStatus',
  route: 'GET /{bucket}?metaQuery',
  output: {
    /** Where it stands. */
    metaQueryStatus: required(xmlBody<MetaQueryStatus>('MetaQueryStatus', metaQueryStatus)),
  },
})

/**
 * Finds objects of a bucket by what its index knows about them, or computes something over them.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/dometaquery DoMetaQuery}
 *
 * @example
 * const query = JSON.stringify({ Field: 'Size', Value: '1048576', Operation: 'gt' })
 * const { files } = await doMetaQuery(client, { bucket: 'photos', metaQuery: { query, sort: 'Size', order: 'asc' } })
 */
export const doMetaQuery = operation({
  name: 'DoMetaQuery',
  route: 'POST /{bucket}?metaQuery&comp=query',
  input: {
    /** How the index finds objects; as it was opened. @default 'basic' */
    mode: query('mode', metaQueryMode),
    /** What to find. */
    metaQuery: required(xmlBody<MetaQuery>('MetaQuery', metaQuery)),
  },
  output: xml(undefined, {
    /** The objects of this page; absent if something was computed instead. */
    files: element<MetaQueryFiles>('Files', metaQueryFiles),
    /** What was computed. */
    aggregations: element<MetaQueryAggregations>('Aggregations', metaQueryAggregations),
    /** The `nextToken` of the next page; empty after the last. */
    nextToken: string,
  }),
})

/**
 * Deletes the index of a bucket.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/closemetaquery CloseMetaQuery}
 */
export const closeMetaQuery = operation({
  name: 'CloseMetaQuery',
  route: 'POST /{bucket}?metaQuery&comp=delete',
})
