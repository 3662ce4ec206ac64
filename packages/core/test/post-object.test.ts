import { expect, test } from 'vitest'
import { createPostPolicy, type PostPolicyInput } from '../src/create-post-policy.ts'
import { getObject, headObject } from '../src/operations/object-basic.ts'
import { postObject } from '../src/post-object.ts'
import { assumedRole } from './assumed-role.ts'
import { bucket, clientOf, emulator } from './timed-emulator.ts'

const versions = ['v4', 'v1'] as const

test.each(versions)('%s: a posted file is the object that the policy describes', async (signatureVersion) => {
  const policy = await createPostPolicy(clientOf({ signatureVersion }), {
    bucket,
    key: '用户/a b+c.png',
    acl: 'private',
    storageClass: 'IA',
    metadata: { Author: 'alice' },
    contentType: 'image/png',
    cacheControl: 'no-store',
    successActionStatus: 201,
    conditions: [['content-length-range', 1, 10]],
  })

  const { status } = await postObject(policy, new File(['pixels'], 'x.png'))

  const { contentType, storageClass, metadata, cacheControl } = await headObject(clientOf(), {
    bucket,
    key: '用户/a b+c.png',
  })
  expect(status).toBe(201)
  expect({ contentType, storageClass, metadata, cacheControl }).toEqual({
    contentType: 'image/png',
    storageClass: 'IA',
    metadata: { author: 'alice' },
    cacheControl: 'no-store',
  })
})

test.each(versions)('%s: temporary credentials sign forms that carry their token', async (signatureVersion) => {
  const role = await assumedRole(emulator, emulator.clock.now())
  const policy = await createPostPolicy(clientOf({ signatureVersion, credentialsProvider: role }), {
    bucket,
    keyPrefix: 'user/',
    conditions: [['in', '$content-type', ['text/plain', 'text/css']]],
  })

  await postObject(policy, new File(['text'], 'a "b".txt'), { fields: { 'Content-Type': 'text/plain' } })
  await postObject(policy, 'text', { key: 'user/own.css', fields: { 'Content-Type': 'text/css' } })

  const named = await getObject(clientOf(), { bucket, key: 'user/a "b".txt' })
  const chosen = await getObject(clientOf(), { bucket, key: 'user/own.css' })
  expect([await named.body.text(), named.contentType]).toEqual(['text', 'text/plain'])
  expect([await chosen.body.text(), chosen.contentType]).toEqual(['text', 'text/css'])
})

test.each(versions)('%s: OSS refuses what the policy does not allow', async (signatureVersion) => {
  const client = clientOf({ signatureVersion })
  const input: PostPolicyInput = { bucket, keyPrefix: 'user/', conditions: [['content-length-range', 2, 4]] }
  const policy = await createPostPolicy(client, { ...input, contentType: 'text/plain', expiresInSeconds: 60 })

  await expect(postObject(policy, 'text', { key: 'other/a.txt' })).rejects.toMatchObject({
    code: 'AccessDenied',
    operation: 'postObject',
  })
  await expect(postObject(policy, 'text', { fields: { 'Content-Type': 'text/html' } })).rejects.toMatchObject({
    code: 'AccessDenied',
  })
  await expect(postObject(policy, 'a text')).rejects.toMatchObject({ code: 'EntityTooLarge' })
  await expect(postObject(policy, 't')).rejects.toMatchObject({ code: 'EntityTooSmall' })
  emulator.clock.advanceSeconds(61)
  await expect(postObject(policy, 'text')).rejects.toMatchObject({ status: 403, code: 'AccessDenied' })
})

test.each(versions)('%s: a policy that was changed is refused, and no header is blamed', async (signatureVersion) => {
  const client = clientOf({ signatureVersion })
  const policy = await createPostPolicy(client, { bucket, key: 'a.txt' })
  const other = await createPostPolicy(client, { bucket, keyPrefix: '' })
  const forged = { ...policy, fields: { ...policy.fields, policy: other.fields.policy as string } }

  const refusal = await postObject(forged, 'text').catch((error: unknown) => error)

  expect(refusal).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' })
  expect((refusal as Error).message).not.toMatch(/content-type/i)
  expect(JSON.stringify(refusal)).not.toContain(policy.fields['x-oss-signature'] ?? policy.fields.Signature)
})
