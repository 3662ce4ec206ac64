/** Every operation of data processing, and the shapes that they take and return. */
export * from './dataset.ts'
export type {
  Address,
  AudioStream,
  Boundary,
  Clip,
  CoverImage,
  CroppingSuggestion,
  DatasetFile,
  ElementContent,
  ElementRelation,
  Figure,
  FileElement,
  HeadPose,
  ImageScore,
  Insight,
  Insights,
  Label,
  OcrContents,
  Point,
  SceneElement,
  SubtitleStream,
  VideoStream,
} from './dataset-file.ts'
export * from './dataset-query.ts'
