export * from '@oss-js/core'
export { type BrowserClientConfig, createClient, OSSClient } from './client.ts'
export { type StsFromUrlOptions, stsFromUrl } from './sts-from-url.ts'
export { xhrTransport } from './xhr-transport.ts'
