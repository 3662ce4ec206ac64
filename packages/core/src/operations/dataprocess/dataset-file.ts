/** What a dataset knows about a file. */
import { dictionary, element, list, number, required, string, struct, type TypeOf } from '../../words.ts'

const address = struct({
  /** The country. */
  country: string,
  /** The province. */
  province: string,
  /** The city. */
  city: string,
  /** The district of the city. */
  district: string,
  /** The town. */
  town: string,
  /** The street. */
  street: string,
  /** The number of the house. */
  streetNumber: string,
  /** The postal code. */
  postalCode: string,
})

/** Where a picture or video was taken. */
export interface Address extends TypeOf<typeof address> {}

const point = struct({
  /** Pixels from the left. */
  x: number,
  /** Pixels from the top. */
  y: number,
})

/** A point of a picture. */
export interface Point extends TypeOf<typeof point> {}

const boundary = struct({
  /** Pixels from left to right. */
  width: number,
  /** Pixels from top to bottom. */
  height: number,
  /** Pixels from the left edge of the picture. */
  left: number,
  /** Pixels from the top edge of the picture. */
  top: number,
  /** The corners, where it is no rectangle. */
  polygon: required(list<Point>('Polygon/PointInt64', point)),
})

/** A part of a picture. */
export interface Boundary extends TypeOf<typeof boundary> {}

const headPose = struct({
  /** Degrees up or down: -180 to 180. */
  pitch: number,
  /** Degrees to a side: -180 to 180. */
  yaw: number,
  /** Degrees of inclination: -180 to 180. */
  roll: number,
})

/** Where a face looks. */
export interface HeadPose extends TypeOf<typeof headPose> {}

const figure = struct({
  /** The face's id. */
  figureId: string,
  /** How sure it is that this is a face: 0 to 1. */
  figureConfidence: number,
  /** The id of the cluster of faces of this person. */
  figureClusterId: string,
  /** How sure it is that the face belongs to the cluster: 0 to 1. */
  figureClusterConfidence: number,
  /** `face`. */
  figureType: string,
  /** The person's age in years, as it looks. */
  age: number,
  /** The standard deviation of the age. */
  ageSd: element('AgeSD', number),
  /** `male` or `female`. */
  gender: string,
  /** How sure the gender is: 0 to 1. */
  genderConfidence: number,
  /** The expression, as in `happiness`. */
  emotion: string,
  /** How sure the expression is: 0 to 1. */
  emotionConfidence: number,
  /** How well the face can be seen: 0 to 1. */
  faceQuality: number,
  /** Where the face is. */
  boundary: element<Boundary>('Boundary', boundary),
  /** `open` or `close`. */
  mouth: string,
  /** How sure that is: 0 to 1. */
  mouthConfidence: number,
  /** `none` or `has`. */
  beard: string,
  /** How sure that is: 0 to 1. */
  beardConfidence: number,
  /** `none` or `has`. */
  hat: string,
  /** How sure that is: 0 to 1. */
  hatConfidence: number,
  /** `none` or `has`. */
  mask: string,
  /** How sure that is: 0 to 1. */
  maskConfidence: number,
  /** `none`, `glasses` or `sunglasses`. */
  glasses: string,
  /** How sure that is: 0 to 1. */
  glassesConfidence: number,
  /** How sharp the face is: 0 to 1. */
  sharpness: number,
  /** How attractive the face is said to be: 0 to 1. */
  attractive: number,
  /** Where the face looks. */
  headPose: element<HeadPose>('HeadPose', headPose),
})

/** A face in a picture. */
export interface Figure extends TypeOf<typeof figure> {}

const clip = struct({
  /** Where it begins and ends, in milliseconds. */
  timeRange: required(list('TimeRange', number)),
})

/** A part of a video. */
export interface Clip extends TypeOf<typeof clip> {}

const label = struct({
  /** The language of the label, as in `zh-Hans`. */
  language: string,
  /** What is seen. */
  labelName: string,
  /** How far the label is from the most general one. */
  labelLevel: number,
  /** How sure the label is: 0 to 1. */
  labelConfidence: number,
  /** The next more general label. */
  parentLabelName: string,
  /** How much of the content it is about: 0 to 1. */
  centricScore: number,
  /** Another name of the label. */
  labelAlias: string,
  /** When it is seen. Videos. */
  clips: required(list<Clip>('Clips/Clip', clip)),
})

/** Something that is seen. */
export interface Label extends TypeOf<typeof label> {}

const imageScore = struct({
  /** How good the picture looks in all: 0 to 1. */
  overallQualityScore: number,
})

/** How good a picture looks. */
export interface ImageScore extends TypeOf<typeof imageScore> {}

const croppingSuggestion = struct({
  /** Width to height, as in `16:9`. */
  aspectRatio: string,
  /** How sure the suggestion is: 0 to 1. */
  confidence: number,
  /** The part to keep. */
  boundary: element<Boundary>('Boundary', boundary),
})

/** How a picture could be cut. */
export interface CroppingSuggestion extends TypeOf<typeof croppingSuggestion> {}

const ocrContents = struct({
  /** The language of the text, as in `zh-Hans`. */
  language: string,
  /** The text. */
  contents: string,
  /** How sure the text is: 0 to 1. */
  confidence: number,
  /** Where the text is. */
  boundary: element<Boundary>('Boundary', boundary),
})

/** Text that a picture shows. */
export interface OcrContents extends TypeOf<typeof ocrContents> {}

const picture = {
  /** Pixels from left to right. Pictures. */
  imageWidth: number,
  /** Pixels from top to bottom. Pictures. */
  imageHeight: number,
  /** What the camera wrote into the picture, as JSON text. */
  exif: element('EXIF'),
  /** How good the picture looks. */
  imageScore: element<ImageScore>('ImageScore', imageScore),
  /** How the picture could be cut. */
  croppingSuggestions: required(list<CroppingSuggestion>('CroppingSuggestions/CroppingSuggestion', croppingSuggestion)),
  /** The text that the picture shows. */
  ocrContents: required(list<OcrContents>('OCRContents/OCRContents', ocrContents)),
}

const coverImage = struct(picture)

/** A cover of an album. */
export interface CoverImage extends TypeOf<typeof coverImage> {}

const stream = {
  /** Which of the file's tracks this is, counted from 0. */
  index: number,
  /** Its language, as a BCP 47 tag. */
  language: string,
  /** How it is coded, as in `h264`. */
  codecName: string,
  /** How it is coded, at length. */
  codecLongName: string,
  /** How it is coded, in four characters. */
  codecTagString: string,
  /** How it is coded, as a number in hexadecimal. */
  codecTag: string,
  /** When it begins, in seconds. */
  startTime: number,
  /** How long it is, in seconds. */
  duration: number,
  /** Bits per second. */
  bitrate: number,
}

const videoStream = struct({
  ...stream,
  /** The profile of the coding, as in `High`. */
  profile: string,
  /** The unit of time of the coding, as a fraction of a second. */
  codecTimeBase: string,
  /** Pixels from left to right. */
  width: number,
  /** Pixels from top to bottom. */
  height: number,
  /** How many pictures between two others refer to both; 0 for none. */
  hasBFrames: number,
  /** Width to height of a pixel, as in `1:1`. */
  sampleAspectRatio: string,
  /** Width to height of the picture, as in `16:9`. */
  displayAspectRatio: string,
  /** How pixels are laid out, as in `yuv420p`. */
  pixelFormat: string,
  /** The level of the coding. */
  level: number,
  /** Pictures per second, as a fraction as in `25/1`. */
  frameRate: string,
  /** Pictures per second on average, as a fraction as in `25/1`. */
  averageFrameRate: string,
  /** The unit of time, as a fraction of a second. */
  timeBase: string,
  /** How many pictures it has. */
  frameCount: number,
  /** By how many degrees to turn it, as in `90`. */
  rotate: string,
  /** Bits of each sample. */
  bitDepth: number,
  /** How colours are coded, as in `bt709`. */
  colorSpace: string,
  /** Which values colours have: `tv` or `pc`. */
  colorRange: string,
  /** How light becomes a value, as in `bt709`. */
  colorTransfer: string,
  /** Which colours are the primary ones, as in `bt709`. */
  colorPrimaries: string,
})

/** A picture track. */
export interface VideoStream extends TypeOf<typeof videoStream> {}

const subtitleStream = struct({
  ...stream,
  /** The subtitles. */
  content: string,
  /** Pixels from left to right. */
  width: number,
  /** Pixels from top to bottom. */
  height: number,
})

/** A track of subtitles. */
export interface SubtitleStream extends TypeOf<typeof subtitleStream> {}

const audioStream = struct({
  ...stream,
  /** The unit of time of the coding, as a fraction of a second. */
  codecTimeBase: string,
  /** The unit of time, as a fraction of a second. */
  timeBase: string,
  /** How many frames it has. */
  frameCount: number,
  /** The lyrics. */
  lyric: string,
  /** How samples are laid out, as in `fltp`. */
  sampleFormat: string,
  /** Samples per second. */
  sampleRate: number,
  /** How many channels it has. */
  channels: number,
  /** Where the channels sound, as in `stereo`. */
  channelLayout: string,
})

/** A sound track. */
export interface AudioStream extends TypeOf<typeof audioStream> {}

const elementContent = struct({
  /** Of what kind the content is, as in `text` or `image`. */
  type: string,
  /** Where the content is. */
  uri: element('URI'),
  /** The content. */
  value: string,
})

/** The content of an element. */
export interface ElementContent extends TypeOf<typeof elementContent> {}

const elementRelation = struct({
  /** The id of the other element. */
  objectId: string,
  /** How they belong together. */
  type: element('RelationType'),
})

/** How an element belongs to another one. */
export interface ElementRelation extends TypeOf<typeof elementRelation> {}

const fileElement = struct({
  /** The content. */
  elementContents: required(list<ElementContent>('ElementContents/ElementContent', elementContent)),
  /** The element's id. */
  objectId: string,
  /** Of what kind the element is. */
  elementType: string,
  /** How similar it is to the query: 0 to 1. */
  semanticSimilarity: number,
  /** How it belongs to others. */
  elementRelations: required(list<ElementRelation>('ElementRelations/ElementRelation', elementRelation)),
})

/** A part of a file that was found by itself. */
export interface FileElement extends TypeOf<typeof fileElement> {}

const sceneElement = struct({
  /** Where the scene begins and ends, in milliseconds. */
  timeRange: required(list('TimeRange', number)),
  /** When the pictures were taken that stand for the scene, in milliseconds. */
  frameTimes: required(list('FrameTimes/FrameTime', number)),
  /** Which picture track it is in, counted from 0. */
  videoStreamIndex: number,
  /** What is seen. */
  labels: required(list<Label>('Labels/Label', label)),
})

/** A scene of a video. */
export interface SceneElement extends TypeOf<typeof sceneElement> {}

const insight = struct({
  /** What it shows, in a few words. */
  caption: string,
  /** What it shows, at length. */
  description: string,
})

/** What a picture or video shows, as a model sees it. */
export interface Insight extends TypeOf<typeof insight> {}

const insights = struct({
  /** What the video shows. */
  video: element<Insight>('Video', insight),
  /** What the picture shows. */
  image: element<Insight>('Image', insight),
})

/** What a file shows, as a model sees it. */
export interface Insights extends TypeOf<typeof insights> {}

const stored = {
  /** The object's place, as in `oss://photos/cat.jpg`. */
  ossUri: element('OSSURI'),
  /** The object's key. */
  filename: string,
  /** MIME type. */
  contentType: string,
  /** Bytes of the object. */
  size: number,
  /** MD5 of the object. */
  fileHash: string,
  /** When the object last changed, in RFC 3339, as in `2021-06-29T14:50:15.011643661+08:00`. */
  fileModifiedTime: string,
  /** When the object was created, in RFC 3339. */
  fileCreateTime: string,
  /** When the object was last read, in RFC 3339. */
  fileAccessTime: string,
  /** Changes with the content; quoted. */
  etag: element('ETag'),
  /** How long caches may keep the object, as in `max-age=3600`. */
  cacheControl: string,
  /** What a browser does with the object, as in `attachment; filename="cat.jpg"`. */
  contentDisposition: string,
  /** How the bytes are packed, as in `gzip`. */
  contentEncoding: string,
  /** The language of the content. */
  contentLanguage: string,
  /** The origins that the bucket's CORS rules allow. */
  accessControlAllowOrigin: string,
  /** The method of the request across origins that stored the object. */
  accessControlRequestMethod: string,
  /** The algorithm, where the application holds the key. */
  serverSideEncryptionCustomerAlgorithm: string,
  /** Who holds the key that OSS encrypted the object with: `AES256`, `KMS`, `SM4`. */
  serverSideEncryption: string,
  /** The algorithm, where the Key Management Service holds the key. */
  serverSideDataEncryption: string,
  /** The id of the key in the Key Management Service. */
  serverSideEncryptionKeyId: string,
  /** How the object is kept, as in `Standard`. */
  ossStorageClass: element('OSSStorageClass'),
  /** CRC-64/ECMA-182 of the object, as an unsigned decimal. */
  ossCrc64: element('OSSCRC64'),
  /** Who may read and write the object, as in `default`. */
  objectAcl: element('ObjectACL'),
  /** MD5 of the object, in base64. */
  contentMd5: string,
  /** The user metadata, by its names. */
  ossUserMeta: element('OSSUserMeta', dictionary(string)),
  /** How many tags the object has. */
  ossTaggingCount: element('OSSTaggingCount', number),
  /** The tags, by their names. */
  ossTagging: element('OSSTagging', dictionary(string)),
  /** When a lifecycle rule will delete the object. */
  ossExpiration: element('OSSExpiration'),
  /** The version of the object. */
  ossVersionId: element('OSSVersionId'),
  /** Whether the object counts as deleted. */
  ossDeleteMarker: element('OSSDeleteMarker'),
  /** How the object came to be, as in `Normal`. */
  ossObjectType: element('OSSObjectType'),
}

const played = {
  /** Pixels from left to right. Videos. */
  videoWidth: number,
  /** Pixels from top to bottom. Videos. */
  videoHeight: number,
  /** The picture tracks. */
  videoStreams: required(list<VideoStream>('VideoStreams/VideoStream', videoStream)),
  /** The subtitles. */
  subtitles: required(list<SubtitleStream>('Subtitles/Subtitle', subtitleStream)),
  /** The sound tracks. */
  audioStreams: required(list<AudioStream>('AudioStreams/AudioStream', audioStream)),
  /** Who made it. Audio and videos. */
  artist: string,
  /** Who made the album. Audio. */
  albumArtist: string,
  /** The covers of the album. Audio. */
  audioCovers: required(list<CoverImage>('AudioCovers/AudioCover', coverImage)),
  /** Who composed it. Audio. */
  composer: string,
  /** Who plays. Audio. */
  performer: string,
  /** The album. Audio. */
  album: string,
  /** How many tracks it has. Audio and videos. */
  streamCount: number,
  /** How many programs it has. Audio and videos. */
  programCount: number,
  /** How the tracks are put together, as in `mov,mp4,m4a`. */
  formatName: string,
  /** How the tracks are put together, at length. */
  formatLongName: string,
  /** When it begins, in seconds. Audio and videos. */
  startTime: number,
  /** Bits per second. Audio and videos. */
  bitrate: number,
  /** How long it is, in seconds. Audio and videos. */
  duration: number,
  /** The scenes. Videos. */
  sceneElements: required(list<SceneElement>('SceneElements/SceneElement', sceneElement)),
}

export const datasetFile = struct({
  /** The account that the file belongs to. */
  ownerId: string,
  /** The dataset. */
  datasetName: string,
  /** `file`. */
  objectType: string,
  /** The file's id in the dataset. */
  objectId: string,
  /** When what is known of the file last changed, in RFC 3339. */
  updateTime: string,
  /** When the file was taken in, in RFC 3339. */
  createTime: string,
  /** The file's place, as in `oss://photos/cat.jpg`. */
  uri: element('URI'),
  /** The kind of content, as in `image`. */
  mediaType: string,
  ...stored,
  /** When it was taken or made, in RFC 3339. Pictures and videos. */
  produceTime: string,
  /** Latitude and longitude of the place, as in `30.134390,120.074997`. Pictures and videos. */
  latLong: string,
  /** The time zone of the place, as in `Asia/Shanghai`. */
  timezone: string,
  /** The addresses. Pictures and videos. */
  addresses: required(list<Address>('Addresses/Address', address)),
  /** The id of the cluster of files from the same journey. */
  travelClusterId: string,
  /** How the picture lies, as EXIF counts it: 1 to 8. */
  orientation: number,
  /** The faces. Pictures. */
  figures: required(list<Figure>('Figures/Figure', figure)),
  /** How many faces there are. Pictures. */
  figureCount: number,
  /** What is seen. */
  labels: required(list<Label>('Labels/Label', label)),
  /** The title. Audio, videos and documents. */
  title: string,
  ...picture,
  ...played,
  /** The language of the content, as a BCP 47 tag. */
  language: string,
  /** How many pages it has. Documents. */
  pageCount: number,
  /** The number of the change that the file was last seen at. */
  sequenceNumber: number,
  /** How similar it is to the query: 0 to 1. */
  semanticSimilarity: number,
  /** The id that the application gave. */
  customId: string,
  /** The labels that the application gave, by their names. */
  customLabels: element('CustomLabels', dictionary(string)),
  /** In which ways it is similar to the query. */
  semanticTypes: required(list('SemanticTypes/SemanticType', string)),
  /** The parts that were found by themselves. */
  elements: required(list<FileElement>('Elements/Element', fileElement)),
  /** The text that the file shows, all in one. */
  ocrTexts: element('OCRTexts'),
  /** Why the file could not be taken in. */
  reason: string,
  /** Whether the file could be taken in. */
  objectStatus: string,
  /** What it shows, as a model sees it. */
  insights: element<Insights>('Insights', insights),
})

/** What a dataset knows about a file. */
export interface DatasetFile extends TypeOf<typeof datasetFile> {}
