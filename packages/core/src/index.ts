export { type CallOptions, type Client, createClient, createClientOver } from './client/client.ts'
export type { ClientConfig, Logger } from './client/config.ts'
export { OSSClient } from './client/oss-client.ts'
export { contentTypeOf } from './content-type.ts'
export {
  createPostPolicy,
  type PostFields,
  type PostPolicyInput,
  type SignedPostPolicy,
} from './create-post-policy.ts'
export { type AssumedRole, type AssumeRoleInput, assumeRole } from './credentials/assume-role.ts'
export { type AssumeRoleCredentialsOptions, assumeRoleCredentials } from './credentials/assume-role-credentials.ts'
export {
  type AssumedRoleWithOIDC,
  type AssumeRoleWithOIDCInput,
  assumeRoleWithOIDC,
} from './credentials/assume-role-with-oidc.ts'
export type { StsOptions } from './credentials/call-sts.ts'
export type { Credentials, CredentialsProvider } from './credentials/credentials.ts'
export { credentialsChain } from './credentials/credentials-chain.ts'
export { type EcsRamRoleOptions, ecsRamRoleCredentials } from './credentials/ecs-ram-role-credentials.ts'
export { type OidcRoleCredentialsOptions, oidcRoleCredentials } from './credentials/oidc-role-credentials.ts'
export { type FetchCredentials, type RefreshingOptions, refreshing } from './credentials/refreshing.ts'
export type { CredentialsSource } from './credentials/resolve-credentials.ts'
export type { RoleSession } from './credentials/role-session.ts'
export type { StsResponse } from './credentials/send-to-sts.ts'
export { staticCredentials } from './credentials/static-credentials.ts'
export { credentialsFromSts } from './credentials/sts-answer.ts'
export { type UriCredentialsOptions, uriCredentials } from './credentials/uri-credentials.ts'
export { DecryptionError } from './encryption/decryption-error.ts'
export { EncryptionClient, type EncryptionClientOptions } from './encryption/encryption-client.ts'
export type { MasterCipher } from './encryption/master-cipher.ts'
export { type RsaMasterCipherOptions, rsaMasterCipher } from './encryption/rsa-master-cipher.ts'
export * from './errors.ts'
export { isBucketExist, isObjectExist } from './exist.ts'
export {
  type AppendCreateParameter,
  type AppendFileOptions,
  type AppendFileRequest,
  AppendOnlyFile,
  appendFile,
} from './file-like/append-only-file.ts'
export { FileError } from './file-like/file-error.ts'
export {
  type FileCallOptions,
  type FileRequest,
  type FileStat,
  type FileStreamOptions,
  type OpenFileOptions,
  openFile,
  ReadOnlyFile,
  type Whence,
} from './file-like/read-only-file.ts'
export { fetchTransport } from './http/fetch-transport.ts'
export type { Progress } from './http/progress.ts'
export type { Body, BodySource } from './http/request-body.ts'
export { ResponseBody } from './http/response-body.ts'
export type { HttpRequest, HttpResponse, Transport, TransportBody } from './http/transport.ts'
export { combineCrc64 } from './integrity/combine-crc64.ts'
export { type Crc64, type Crc64Engine, crc64 } from './integrity/crc64.ts'
export {
  type Answered,
  type AnyOperation,
  type BucketInput,
  type Definition,
  type InputOf,
  type ObjectInput,
  type Operation,
  type OutputOf,
  operation,
  type Route,
} from './operation.ts'
export * from './operations/index.ts'
export { type PaginateOptions, paginate } from './paginate.ts'
export { type PostObjectOptions, postObject } from './post-object.ts'
export { type Presigned, type PresignInput, type PresignOptions, presign } from './presign.ts'
export { type PresignedPart, type PresignPartsInput, presignParts } from './presign-parts.ts'
export { fixedRetryer, noRetry, type Retryer, standardRetryer } from './retry/retryer.ts'
export type { SendOptions, SentAnswer } from './send-once.ts'
export { sendPresigned } from './send-presigned.ts'
export { type Hasher, webCryptoHasher } from './signing/hasher.ts'
export type { Lifetime } from './signing/lifetime.ts'
export type { PostCondition } from './signing/post-policy.ts'
export { tellListener } from './tell-listener.ts'
export { type TimeLimit, timeLimit } from './time-limit.ts'
export {
  type Checkpoint,
  type CheckpointId,
  type CheckpointStore,
  checkpointKey,
  type DownloadCheckpoint,
  memoryCheckpoints,
  type UploadCheckpoint,
} from './transfer/checkpoint.ts'
export { type ClearCheckpointsOptions, clearCheckpoints, discardCheckpoint } from './transfer/clear-checkpoints.ts'
export {
  Copier,
  type CopierOptions,
  type CopyOptions,
  type CopyRequest,
  type CopyResult,
} from './transfer/copier.ts'
export type { DownloadTarget } from './transfer/download-target.ts'
export {
  Downloader,
  type DownloaderOptions,
  type DownloadOptions,
  type DownloadRequest,
  type DownloadResult,
} from './transfer/downloader.ts'
export { type ExpiringCheckpointsOptions, expiringCheckpoints } from './transfer/expiring-checkpoints.ts'
export {
  type FileResult,
  type FileToUpload,
  type LazySource,
  type UploadFilesOptions,
  unfinishedFiles,
} from './transfer/file-to-upload.ts'
export { type FolderEntry, type FolderRequest, folderUploads } from './transfer/folder-uploads.ts'
export { type KeyFromPathOptions, keyFromPath } from './transfer/key-from-path.ts'
export type { MadeObject, UploadName } from './transfer/multipart.ts'
export { ObjectChangedError } from './transfer/object-changed-error.ts'
export { oneAtATime } from './transfer/one-at-a-time.ts'
export type { TransferPhase, TransferProgress } from './transfer/progress.ts'
export { type StoredForm, type StoredObject, type StoringClient, storedFormOf } from './transfer/stored-form.ts'
export { type AbortOptions, type TaskOptions, TransferTask } from './transfer/task.ts'
export type { UploaderOptions, UploadOptions, UploadRequest, UploadResult } from './transfer/upload-parts.ts'
export { SourceError, type UploadSource } from './transfer/upload-source.ts'
export { Uploader } from './transfer/uploader.ts'
export { maxAttemptsOf, waitToRetry } from './wait-to-retry.ts'
export * from './words.ts'
