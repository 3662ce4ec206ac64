/** What the tests use of the client, which comes without types. */
declare module 'ali-oss' {
  export interface Client {
    options: { bucket: string }
    useBucket(name: string): Client
    setBucket(name: string): Client
    signatureUrl(name: string, options?: object): string
    generateObjectUrl(name: string): string
    calculatePostSignature(policy: object | string): { OSSAccessKeyId: string; Signature: string; policy: string }
    signPostObjectPolicyV4(policy: object | string, date: Date): string
    cancel(): void
    [method: string]: (...given: any[]) => Promise<any>
  }
  export interface Sts {
    assumeRole(role: string, policy?: object | string, seconds?: number, session?: string): Promise<any>
  }
  const OSS: { new (options: object): Client; STS: new (options: object) => Sts }
  export default OSS
}
