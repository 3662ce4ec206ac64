import { describe, expect, it } from 'vitest'
import { uriCredentials } from '../../src/credentials/uri-credentials.ts'
import { CredentialsError, ValidationError } from '../../src/errors.ts'
import type { HttpRequest, Transport } from '../../src/http/transport.ts'
import { issuedFor } from './metadata-service.ts'

const uri = 'http://127.0.0.1:6666/credentials?key=canary'
const start = Date.parse('2026-03-04T05:06:07Z')

function answering(...answers: readonly (readonly [status: number, text: string])[]) {
  const requests: HttpRequest[] = []
  const transport: Transport = async (request) => {
    const [status, text] = answers[requests.length]!
    requests.push(request)
    return { status, headers: {}, body: new Response(text).body }
  }
  return { transport, requests }
}

describe('uriCredentials', () => {
  it('gets the credentials, and the next ones when they end', async () => {
    const { transport, requests } = answering(
      [200, issuedFor('first', '2026-03-04T06:06:07Z')],
      [200, issuedFor('second', '2026-03-04T07:06:07Z')],
    )
    let nowMs = start
    const provider = uriCredentials(uri, { transport, now: () => nowMs, headers: { authorization: 'Bearer x' } })

    expect((await provider.getCredentials()).accessKeyId).toBe('STS.first')
    expect((await provider.getCredentials()).accessKeyId).toBe('STS.first')
    nowMs = Date.parse('2026-03-04T06:06:07Z')
    expect((await provider.getCredentials()).accessKeyId).toBe('STS.second')

    expect(requests.map(({ method, url, headers }) => [method, url, headers])).toEqual([
      ['GET', uri, { authorization: 'Bearer x' }],
      ['GET', uri, { authorization: 'Bearer x' }],
    ])
  })

  it.each([
    [500, 'canary', 'credentials URI at 127.0.0.1:6666: the answer is 500'],
    [200, '<html>canary</html>', 'credentials URI at 127.0.0.1:6666: the answer is no JSON object'],
    [
      200,
      issuedFor('x', 'y', { Code: 'not with ?key=canary' }),
      "credentials URI at 127.0.0.1:6666: the answer's Code is not Success",
    ],
    [200, issuedFor('x', 'y', { Code: 'Denied' }), 'credentials URI at 127.0.0.1:6666: the answer\'s Code is "Denied"'],
  ])('says what came instead, and quotes none of it, case %#', async (status, text, message) => {
    const { transport } = answering([status, text])

    const error = await uriCredentials(uri, { transport })
      .getCredentials()
      .catch((problem) => problem)

    expect(error).toBeInstanceOf(CredentialsError)
    expect(error.message).toBe(message)
  })

  it('asks for the path / where the URL has none', async () => {
    const { transport, requests } = answering([200, issuedFor('first', '2026-03-04T06:06:07Z')])

    await uriCredentials('http://127.0.0.1:6666?role=backup', { transport, now: () => start }).getCredentials()

    expect(requests[0]?.url).toBe('http://127.0.0.1:6666/?role=backup')
  })

  it('says that nobody answers', async () => {
    const provider = uriCredentials('http://127.0.0.1:1/credentials')

    await expect(provider.getCredentials()).rejects.toThrow(/^GET 127\.0\.0\.1:1: /)
  })

  it.each([
    '',
    'file:///etc/passwd',
    'https://user:canary@broker.example.com/',
    'https://:canary@broker.example.com/',
    'http://',
  ])('refuses what is no URL for it: %s', (wrong) => {
    expect(() => uriCredentials(wrong)).toThrow(
      new ValidationError('uri', 'expected an http or https URL without a user name'),
    )
  })

  it.each(['Bearer canary\nx', 'Bearer canary\u0000', 'Bearer 杭州'])(
    'refuses a header that cannot be sent, and does not quote it, case %#',
    (authorization) => {
      expect(() => uriCredentials(uri, { headers: { authorization } })).toThrow(
        new ValidationError('headers', 'authorization has characters that no header can have'),
      )
    },
  )
})
