import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { element, signedClient, type TestCall } from './signed-client.ts'

let emulator: Emulator

beforeAll(async () => {
  emulator = await startEmulator()
})
beforeEach(async () => {
  await emulator.reset()
  await oss('PUT', { headers: { 'x-oss-acl': 'public-read' } })
})
afterAll(() => emulator.close())

const oss = (method: string, call: TestCall = {}) => signedClient(emulator)(method, { bucket: 'demo-bucket', ...call })
const visit = (key: string, call: TestCall = {}) => oss('GET', { key, isAnonymous: true, ...call })
const pages = async (...keys: string[]) => {
  for (const key of keys) await oss('PUT', { key, body: `page ${key}`, headers: { 'content-type': 'text/html' } })
}
const setWebsite = async (configuration: string) => {
  const body = `<WebsiteConfiguration>${configuration}</WebsiteConfiguration>`
  expect((await oss('PUT', { query: { website: null }, body })).status).toBe(200)
}
const index = (type?: number) =>
  `<IndexDocument><Suffix>index.html</Suffix>${
    type === undefined ? '' : `<SupportSubDir>true</SupportSubDir><Type>${type}</Type>`
  }</IndexDocument>`
const errorPage = '<ErrorDocument><Key>error.html</Key></ErrorDocument>'

test('the root shows the index page to a visitor, and the objects to who signs', async () => {
  await pages('index.html', 'dir/index.html')
  await setWebsite(index())
  expect((await visit('')).text).toBe('page index.html')
  expect((await visit('dir/')).text).toBe('page index.html')
  expect(element((await oss('GET')).text, 'Key')).toBe('dir/index.html')
  expect(element((await visit('', { query: { 'max-keys': '1' } })).text, 'Key')).toBe('dir/index.html')
})

test('folders show pages of their own, with a slash or by the type of the configuration', async () => {
  await pages('index.html', 'dir/index.html')
  await setWebsite(index(0) + errorPage)
  expect((await visit('dir/')).text).toBe('page dir/index.html')
  const redirect = await visit('dir')
  expect([redirect.status, redirect.headers.location]).toEqual([302, '/demo-bucket/dir/'])
  await setWebsite(index(1))
  expect((await visit('dir')).status).toBe(404)
  await setWebsite(index(2))
  expect((await visit('dir')).text).toBe('page dir/index.html')
})

test('what is missing is answered with the error page', async () => {
  await pages('error.html')
  await setWebsite(index() + errorPage)
  const missing = await visit('missing')
  expect([missing.status, missing.text, missing.headers['content-type']]).toEqual([404, 'page error.html', 'text/html'])
  await setWebsite(`${index()}<ErrorDocument><Key>error.html</Key><HttpStatus>200</HttpStatus></ErrorDocument>`)
  expect((await visit('missing')).status).toBe(200)
  await oss('DELETE', { key: 'error.html' })
  expect(element((await visit('missing')).text, 'Code')).toBe('NoSuchKey')
  expect(element((await oss('GET', { key: 'missing' })).text, 'Code')).toBe('NoSuchKey')
})

const rule = (number: number, condition: string, redirect: string) =>
  `<RoutingRule><RuleNumber>${number}</RuleNumber><Condition>${condition}</Condition><Redirect>${redirect}</Redirect></RoutingRule>`

test('routing rules send visitors elsewhere, the first that matches', async () => {
  await pages('old/kept')
  const rules = [
    rule(
      2,
      '<KeyPrefixEquals>old/</KeyPrefixEquals>',
      '<RedirectType>External</RedirectType><Protocol>https</Protocol><HostName>example.com</HostName><HttpRedirectCode>301</HttpRedirectCode><EnableReplacePrefix>true</EnableReplacePrefix><ReplaceKeyPrefixWith>new/</ReplaceKeyPrefixWith><PassQueryString>true</PassQueryString>',
    ),
    rule(
      1,
      '<KeyPrefixEquals>old/</KeyPrefixEquals><IncludeHeader><Key>x-visitor</Key><Equals>tester</Equals></IncludeHeader>',
      '<RedirectType>External</RedirectType><HostName>test.example.com</HostName><ReplaceKeyWith>all/&#36;{key}</ReplaceKeyWith>',
    ),
    rule(
      3,
      '<HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals>',
      '<RedirectType>External</RedirectType><HostName>found.example.com</HostName><HttpRedirectCode>307</HttpRedirectCode>',
    ),
  ]
  await setWebsite(`${index()}<RoutingRules>${rules.join('')}</RoutingRules>`)
  const told = async (key: string, call: TestCall = {}) => {
    const { status, headers } = await visit(key, call)
    return [status, headers.location]
  }
  expect(await told('old/a b', { query: { x: '1' } })).toEqual([301, 'https://example.com/new/a%20b?x=1'])
  expect(await told('old/a', { headers: { 'x-visitor': 'tester' } })).toEqual([
    302,
    'http://test.example.com/all/old/a',
  ])
  expect(await told('missing')).toEqual([307, 'http://found.example.com/missing'])
  expect((await oss('GET', { key: 'old/kept' })).status).toBe(200)
})

test('a visitor is shown nothing that is private, and mirroring is not done', async () => {
  await pages('index.html')
  await setWebsite(
    `${index()}<RoutingRules>${rule(
      1,
      '<HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals>',
      '<RedirectType>Mirror</RedirectType><MirrorURL>https://example.com/</MirrorURL>',
    )}</RoutingRules>`,
  )
  expect((await visit('missing')).status).toBe(501)
  await oss('PUT', { query: { acl: null }, headers: { 'x-oss-acl': 'private' } })
  expect((await visit('')).status).toBe(403)
})
