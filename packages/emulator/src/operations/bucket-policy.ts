import { isPublicPolicy, readBucketPolicy } from '../authorization/bucket-policy.ts'
import { blocksPublicAccess } from '../authorization/public-access.ts'
import type { Call } from '../call.ts'
import { configurationsOf, forgetConfiguration, keepConfiguration } from '../configurations/stored.ts'
import { accessDenied, ServiceFault } from '../errors.ts'
import { requireBucket } from '../lookup.ts'
import { empty, type OssResponse, readBody, xmlAnswer } from '../message.ts'
import { branch, leaf, xmlDocument } from '../xml.ts'

const maximumPolicySize = 16 * 1024

/** PutBucketPolicy: sets who may do what, in place of the policy that was. */
export async function putBucketPolicy(call: Call): Promise<OssResponse> {
  const text = await readBody(call.request, maximumPolicySize)
  const statements = readBucketPolicy(text)
  if (statements === undefined) {
    throw new ServiceFault(400, 'InvalidPolicyDocument', 'The policy document you specified is invalid.')
  }
  if (isPublicPolicy(statements) && blocksPublicAccess(call.store, requireBucket(call.store, call.bucket))) {
    throw accessDenied('Put public bucket policy is not allowed', { details: { Bucket: call.bucket } })
  }
  await keepConfiguration(call, 'BucketPolicy', text)
  return empty()
}

/** GetBucketPolicy: the policy as it was put. */
export function getBucketPolicy(call: Call): OssResponse {
  const body = configurationsOf(call).BucketPolicy
  if (body !== undefined) return { status: 200, headers: { 'Content-Type': 'application/json' }, body }
  throw new ServiceFault(404, 'NoSuchBucketPolicy', 'The bucket policy does not exist.', {
    details: { BucketName: call.bucket },
  })
}

/** DeleteBucketPolicy: removes the policy. */
export async function deleteBucketPolicy(call: Call): Promise<OssResponse> {
  await forgetConfiguration(call, 'BucketPolicy')
  return empty(204)
}

/** GetBucketPolicyStatus: whether the policy lets everybody in. */
export function getBucketPolicyStatus(call: Call): OssResponse {
  const policy = configurationsOf(call).BucketPolicy
  const isPublic = policy !== undefined && isPublicPolicy(readBucketPolicy(policy) ?? [])
  return xmlAnswer(xmlDocument(branch('PolicyStatus', leaf('IsPublic', isPublic))))
}
