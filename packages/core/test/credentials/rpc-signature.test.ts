import { describe, expect, it } from 'vitest'
import { signRpc } from '../../src/credentials/rpc-signature.ts'
import { webCryptoHasher } from '../../src/signing/hasher.ts'
import { nobleHasher } from '../../src/signing/noble-hasher.ts'

/** The examples of the STS and the ECS API reference, for the key `testid` with the secret `testsecret`. */
const examples = [
  {
    signature: 'gNI7b0AyKZHxDgjBGPDgJ1Ce3L4=',
    parameters: {
      Timestamp: '2015-09-01T05:57:34Z',
      Format: 'JSON',
      AccessKeyId: 'testid',
      Action: 'AssumeRole',
      SignatureMethod: 'HMAC-SHA1',
      RoleArn: 'acs:ram::1234567890123:role/firstrole',
      RoleSessionName: 'client',
      SignatureNonce: '571f8fb8-506e-11e5-8e12-b8e8563dc8d2',
      Version: '2015-04-01',
      SignatureVersion: '1.0',
    },
  },
  {
    signature: 'OLeaidS1JvxuMvnyHOwuJ+uX5qY=',
    parameters: {
      Timestamp: '2016-02-23T12:46:24Z',
      Format: 'XML',
      AccessKeyId: 'testid',
      Action: 'DescribeRegions',
      SignatureMethod: 'HMAC-SHA1',
      SignatureNonce: '3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf',
      Version: '2014-05-26',
      SignatureVersion: '1.0',
    },
  },
]

describe('signRpc', () => {
  it.each(examples)(
    'makes the signature $signature of the API reference, with every hasher',
    async ({ signature, parameters }) => {
      expect(await signRpc('GET', parameters, 'testsecret', webCryptoHasher)).toBe(signature)
      expect(await signRpc('GET', parameters, 'testsecret', nobleHasher)).toBe(signature)
    },
  )
})
