import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { CredentialsError, createClient, stsFromUrl } from '../src/index.ts'

let server: Server | undefined
afterEach(() => void server?.close())

async function serve(answer: RequestListener): Promise<string> {
  server = createServer(answer)
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/sts`
}

const serveJson = (body: unknown, status = 200, headers: Record<string, string> = {}): Promise<string> =>
  serve((_, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body)),
  )

const failureOf = (url: string): Promise<Error> =>
  stsFromUrl(url)
    .getCredentials()
    .then(
      () => new Error('there were credentials'),
      (error) => error,
    )

test('plain credentials are taken', async () => {
  const url = await serveJson({ accessKeyId: 'STS.id', accessKeySecret: 'secret', securityToken: 'token' })

  expect(await stsFromUrl(url).getCredentials()).toMatchObject({
    accessKeyId: 'STS.id',
    accessKeySecret: 'secret',
    securityToken: 'token',
  })
})

test("AssumeRole's own answer is taken", async () => {
  const Credentials = {
    AccessKeyId: 'STS.id',
    AccessKeySecret: 'secret',
    SecurityToken: 'token',
    Expiration: '2099-01-01T00:00:00Z',
  }
  const url = await serveJson({ RequestId: 'R1', Credentials })

  expect(await stsFromUrl(url).getCredentials()).toMatchObject({ accessKeyId: 'STS.id', securityToken: 'token' })
})

test("a token lives as long as the server's clock says, whatever the clock of the device says", async () => {
  let fetches = 0
  const url = await serve((_, response) => {
    fetches++
    response.setHeader('date', 'Tue, 02 Jan 2001 10:00:00 GMT')
    response.end(
      JSON.stringify({
        accessKeyId: 'STS.id',
        accessKeySecret: 's',
        securityToken: 't',
        expiration: '2001-01-02T11:00:00Z',
      }),
    )
  })
  const provider = stsFromUrl(url)
  const before = Date.now()

  const { expiration } = await provider.getCredentials()
  await provider.getCredentials()

  expect(expiration!.getTime() - before).toBeGreaterThanOrEqual(3_600_000)
  expect(expiration!.getTime() - before).toBeLessThan(3_660_000)
  expect(fetches).toBe(1)
})

test('headers go along, and the answer is not taken from a cache', async () => {
  const url = await serve(({ headers }, response) =>
    response.end(
      JSON.stringify({
        accessKeyId: headers['x-session'],
        accessKeySecret: 's',
        securityToken: headers['cache-control'],
      }),
    ),
  )

  const credentials = await stsFromUrl(url, { headers: { 'x-session': 'mine' } }).getCredentials()

  expect(credentials).toMatchObject({ accessKeyId: 'mine', securityToken: 'no-cache' })
})

test('a refusal is told in the words of the server', async () => {
  const url = await serveJson({ Code: 'NoPermission', Message: 'You are not authorized.', SecretThing: 'hush' }, 403)

  const error = await failureOf(`${url}?user=someone`)

  expect(error).toBeInstanceOf(CredentialsError)
  expect(error.message).toBe(`no STS token from ${url}: it answered 403: You are not authorized.`)
  expect('cause' in error).toBe(false)
})

test('an HTML answer is named', async () => {
  const url = await serve((_, response) => response.setHeader('content-type', 'text/html').end('<h1>Sign in</h1>'))

  expect((await failureOf(url)).message).toBe(
    `no STS token from ${url}: it answered text/html instead of JSON: check the URL, and that the user is signed in`,
  )
})

test('an answer without a token names what is missing and what there is, and no value', async () => {
  const url = await serveJson({ accessKeyId: 'LTAIid', accessKeySecret: 'hush' })

  expect((await failureOf(url)).message).toBe(
    `no STS token from ${url}: credentials: securityToken is missing or not a line of text, there is accessKeyId, accessKeySecret`,
  )
})

test('a server that is busy, and one that does not answer, may be asked again', async () => {
  const busy = await failureOf(await serveJson({}, 503))
  const url = 'http://127.0.0.1:9/sts'
  const silent = await failureOf(url)

  expect('cause' in busy && 'cause' in silent).toBe(true)
  expect(silent.message).toContain(`no STS token from ${url}: no answer: `)
})

test('a permanent key works where there is no page', () => {
  const credentialsProvider = { accessKeyId: 'LTAIid', accessKeySecret: 'secret' }

  expect(createClient({ region: 'cn-hangzhou', credentialsProvider })).toBeDefined()
})
