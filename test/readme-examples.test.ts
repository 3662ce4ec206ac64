/**
 * Runs the examples of the READMEs with the packages as built. Only their surroundings are this machine's: the endpoint beside the
 * region, and the address of the server that has tokens.
 */
import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { promisify } from 'node:util'
import {
  type Client,
  type CorsRule,
  createClient,
  credentialsFromSts,
  getObject,
  headObject,
  listObjectsV2,
  postObject,
  putBucket,
  putBucketCors,
  putObject,
  sendPresigned,
} from '@oss-js/core'
import { type Emulator, startEmulator } from '@oss-js/emulator'
import { build, transform } from 'esbuild'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalServer, launchChromium, listen } from '../packages/browser/test/open-page.ts'
import { assumedRole } from '../packages/core/test/assumed-role.ts'
import { packages, root } from '../scripts/workspace.mjs'
import { startWorkerd } from './runtimes/workerd.ts'

const examplesOf = (readme: string): string[] =>
  [...readFileSync(join(root, readme), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code)

let folder: string
let emulator: Emulator
let owner: Client
let tokens: LocalServer
let browser: Browser
/** What the page loads. */
let script = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oss-js-readme-'))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await mkdir(join(folder, 'node_modules/@oss-js'), { recursive: true })
  for (const { name, directory } of packages()) {
    if (!existsSync(join(directory, 'dist'))) throw new Error('the packages are not built: npm run build')
    await symlink(directory, join(folder, 'node_modules', name))
  }
  emulator = await startEmulator({ region: 'cn-hangzhou' })
  const { endpoint, region, accessKeyId, accessKeySecret } = emulator
  owner = createClient({ endpoint, region, credentialsProvider: { accessKeyId, accessKeySecret } })
  for (const bucket of ['photos', 'films', 'logs', 'archive']) {
    await putBucket(owner, { bucket })
    await putBucketCors(owner, { bucket, corsConfiguration: { corsRules: [pageRule] } })
  }
  tokens = await listen(async (request, response) => {
    if (request.url === '/sts') {
      const role = await assumedRole(emulator, new Date())
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(role))
      return
    }
    const isScript = request.url === '/page.js'
    const page = '<!doctype html><link rel="icon" href="data:,"><input type="file"><progress></progress>'
    response
      .writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' })
      .end(isScript ? script : page)
  })
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await tokens?.close()
  await emulator?.close()
  await rm(folder, { recursive: true })
})

const pageRule: CorsRule = {
  allowedOrigins: ['*'],
  allowedMethods: ['PUT', 'POST', 'GET', 'HEAD', 'DELETE'],
  allowedHeaders: ['*'],
  exposeHeaders: ['ETag', 'x-oss-request-id', 'x-oss-hash-crc64ecma'],
}

/** Keeps the only example with some text in it as JavaScript in the folder, with the endpoint of the emulator beside the region. */
async function keepExample(text: string, file: string, readme = 'README.md'): Promise<string> {
  const found = examplesOf(readme).filter((code) => code.includes(text))
  expect(found, `examples with ${text}`).toHaveLength(1)
  const code = (found[0] as string)
    .replaceAll("region: 'cn-hangzhou'", `region: 'cn-hangzhou', endpoint: '${emulator.endpoint}'`)
    .replaceAll('https://auth.example.com/sts', `${tokens.origin}/sts`)
  const path = join(folder, file)
  await writeFile(path, (await transform(code, { loader: 'ts', format: 'esm', target: 'es2023' })).code)
  return path
}

/** Bundles as an application does. */
async function bundled(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
  })
  return outputFiles[0]!.text
}

/** Runs a program in the folder, and returns what it printed. */
async function runInNode(program: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [program], {
    cwd: folder,
    env: {
      ...process.env,
      OSS_ACCESS_KEY_ID: emulator.accessKeyId,
      OSS_ACCESS_KEY_SECRET: emulator.accessKeySecret,
    },
    timeout: 50_000,
  })
  return stdout
}

/** Runs what another file does with an example. */
async function runWithExample(text: string, program: string, readme: string): Promise<string> {
  await keepExample(text, 'example.js', readme)
  const path = join(folder, 'program.js')
  await writeFile(path, program)
  return runInNode(path)
}

/** A program's client, as the examples take it. */
const clientCode = () => `createClient({ region: 'cn-hangzhou', endpoint: '${emulator.endpoint}', credentialsProvider: {
  accessKeyId: process.env.OSS_ACCESS_KEY_ID, accessKeySecret: process.env.OSS_ACCESS_KEY_SECRET } })`

const bytes = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31 + (index >> 8)) & 255))

async function expectStored(bucket: string, key: string, expected: Buffer): Promise<void> {
  const { body } = await getObject(owner, { bucket, key })
  expect(Buffer.from(await body.bytes()).equals(expected)).toBe(true)
}

/** Opens the page and chooses a file in it. */
async function openPage(name: string, buffer: Buffer) {
  const page = await browser.newPage()
  await page.goto(`${tokens.origin}/`)
  await page.setInputFiles('input', { name, mimeType: 'image/jpeg', buffer })
  return page
}

test('the first upload in a page stores the chosen file and tells how far it is', async () => {
  script = await bundled(await keepExample("stsFromUrl('/sts')", 'page.js'))
  const page = await openPage('cat 猫.jpg', bytes)
  const told: string[] = []
  page.on('console', (message) => told.push(message.text()))

  const finished = page.waitForEvent('console', (message) => message.text() === '300000 300000')
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === 'PUT'),
    page.addScriptTag({ url: '/page.js', type: 'module' }),
    finished,
  ])

  expect(answer.status(), told.join()).toBe(200)
  await expectStored('photos', 'uploads/cat 猫.jpg', bytes)
  expect((await headObject(owner, { bucket: 'photos', key: 'uploads/cat 猫.jpg' })).contentType).toBe('image/jpeg')
  await page.close()
})

test('the edge function stores what it is sent', async () => {
  await writeFile(join(folder, 'worker.js'), await bundled(await keepExample('export default', 'edge.js')))
  const workerd = await startWorkerd(folder)
  try {
    const answer = await fetch(`${workerd.url}dir/edge.jpg`, { method: 'PUT', body: bytes })

    expect([answer.status, await answer.json()]).toEqual([200, { etag: expect.stringMatching(/^"[\dA-F]{32}"$/) }])
    await expectStored('photos', 'dir/edge.jpg', bytes)
  } finally {
    await workerd.close()
  }
})

test('the first upload in Node.js stores the file and lists it', async () => {
  await writeFile(join(folder, 'cat.jpg'), bytes)

  const printed = await runInNode(await keepExample('putObjectFromFile', 'node.js'))

  expect(printed.split('\n')).toContain('cat.jpg 300000')
  await expectStored('photos', 'cat.jpg', bytes)
})

test("the example of encryption in core's README stores what only the key reads", async () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const program = `
    import { createClient } from '@oss-js/core'
    import { keepSecret } from './example.js'
    const film = new Blob([new Uint8Array(300_000).fill(7)])
    const kept = await keepSecret(${clientCode()}, film, ${JSON.stringify({ publicKey, privateKey })})
    const back = new Uint8Array(await kept.film.arrayBuffer())
    console.log(kept.text, back.length, back.every((byte) => byte === 7))`

  const printed = await runWithExample('keepSecret', program, 'packages/core/README.md')

  expect(printed).toBe('X00T47 300000 true\n')
  const { body } = await getObject(owner, { bucket: 'photos', key: 'passport.txt' })
  expect(await body.text()).not.toBe('C01X00T47')
})

test("the example of core's README stores an object and lists it", async () => {
  const printed = await runInNode(await keepExample('paginate', 'core.js', 'packages/core/README.md'))

  expect(printed).toBe('notes/today.txt 5 "533C5BA8368075DB8F6EF201546BD71A"\n')
  await expectStored('photos', 'notes/today.txt', Buffer.from('sunny'))
})

test("the first upload of the browser's README moves the bar to its end", async () => {
  script = await bundled(await keepExample('bar.value', 'bar.js', 'packages/browser/README.md'))
  const page = await openPage('bar.jpg', bytes)

  await page.addScriptTag({ url: '/page.js', type: 'module' })
  await page.waitForFunction("document.querySelector('progress').value === 1")

  await expectStored('photos', 'uploads/bar.jpg', bytes)
  await page.close()
})

test("what is picked goes up as the browser's README says", async () => {
  await keepExample('uploadAll', 'all.js', 'packages/browser/README.md')
  const entry = join(folder, 'all-page.js')
  await writeFile(
    entry,
    `import { createClient, stsFromUrl } from '@oss-js/browser'
    import { uploadAll } from './all.js'
    const client = createClient({ region: 'cn-hangzhou', endpoint: '${emulator.endpoint}', credentialsProvider: stsFromUrl('/sts') })
    globalThis.uploadPicked = async () => {
      const results = await uploadAll(client, document.querySelector('input').files)
      return results.map(({ status }) => status)
    }`,
  )
  script = await bundled(entry)
  const page = await openPage('holiday.jpg', bytes)
  await page.addScriptTag({ url: '/page.js', type: 'module' })
  await page.waitForFunction('globalThis.uploadPicked')

  expect(await page.evaluate('globalThis.uploadPicked()')).toEqual(['done'])
  await expectStored('photos', '2026/holiday.jpg', bytes)
  await page.close()
})

test("the examples of Node's README store and read what they say", async () => {
  await writeFile(join(folder, 'cat.jpg'), bytes)
  await writeFile(join(folder, 'large.bin'), Buffer.alloc(2_500_000, bytes.subarray(0, 65_537)))
  await writeFile(join(folder, 'app.log'), 'one line\n')
  await putObject(owner, { bucket: 'films', key: 'holiday.mp4', body: bytes })
  const [text, files, streams, opened] = await Promise.all(
    ["body: 'hello'", 'getObjectToFile', 'fileSource', 'toReadable'].map((text, index) =>
      keepExample(text, `node-${index}.js`, 'packages/node/README.md'),
    ),
  )

  const hello = await runInNode(text!)
  const progress = await runInNode(files!)
  await runInNode(streams!)
  await runInNode(opened!)

  expect(hello).toBe('hello\n')
  expect(progress.trimEnd().split('\n').at(-1)).toBe('300000 of 300000 bytes')
  expect(readFileSync(join(folder, 'copy.jpg')).equals(bytes)).toBe(true)
  const large = readFileSync(join(folder, 'large.bin'))
  await expectStored('photos', 'beginning.bin', large.subarray(0, 1_000_000))
  await expectStored('photos', 'stream.bin', large)
  await expectStored('photos', 'log', Buffer.from('one line\n'))
  expect(readFileSync(join(folder, 'holiday.mp4')).equals(bytes)).toBe(true)
  await expectStored('logs', 'app.log', Buffer.from('one line\n'))
})

test("large files and folders of Node's README go up and come back", async () => {
  const film = Buffer.alloc(7_000_000, bytes.subarray(0, 65_537))
  await writeFile(join(folder, 'film.mov'), film)
  await mkdir(join(folder, 'holiday/sea'), { recursive: true })
  for (const name of ['cat.jpg', 'sea/dog.jpg', 'notes.txt']) await writeFile(join(folder, 'holiday', name), name)

  const printed = await runInNode(await keepExample('film-copy.mov', 'node-large.js', 'packages/node/README.md'))

  expect(printed.trimEnd().split('\n').sort()).toEqual(['done 2026/cat.jpg', 'done 2026/sea/dog.jpg'])
  await expectStored('photos', 'film.mov', film)
  expect(readFileSync(join(folder, 'film-copy.mov')).equals(film)).toBe(true)
})

test.each(['refreshing', 'defaultCredentials', 'company-ca.pem'])(
  "the client of Node's README with %s reaches OSS",
  async (text) => {
    await putObject(owner, { bucket: 'photos', key: 'reached.txt', body: 'reached' })
    await writeFile(join(folder, 'company-ca.pem'), rootCertificates[0]!)
    const example = readFileSync(await keepExample(text, 'node-client.js', 'packages/node/README.md'), 'utf8')
    const program = join(folder, 'node-client-program.js')
    await writeFile(
      program,
      `${example}
    import { getObject } from '@oss-js/node'
    console.log(await (await getObject(client, { bucket: 'photos', key: 'reached.txt' })).body.text())`,
    )

    expect(await runInNode(program)).toBe('reached\n')
  },
)

test("clients of Node's README that share connections can close them", async () => {
  expect(await runInNode(await keepExample('beijing', 'node-shared.js', 'packages/node/README.md'))).toBe('')
})

test("a film is copied, downloaded and read from its end as core's README says", async () => {
  const film = Buffer.alloc(7_000_000, bytes.subarray(0, 65_537))
  await writeFile(join(folder, 'film.bin'), film)

  await runWithExample(
    'backUp(client',
    `import { openAsBlob, createWriteStream } from 'node:fs'
    import { Writable } from 'node:stream'
    import { createClient } from '@oss-js/core'
    import { backUp } from './example.js'
    await backUp(${clientCode()}, await openAsBlob('film.bin'), Writable.toWeb(createWriteStream('film-back.bin')))`,
    'packages/core/README.md',
  )

  expect(readFileSync(join(folder, 'film-back.bin')).equals(film)).toBe(true)
  await expectStored('archive', 'film.mov', film)
  await expectStored('archive', 'log', Buffer.from('backed up 128 bytes\n'))
})

test('text is read, and a missing object is told apart', async () => {
  await putObject(owner, { bucket: 'photos', key: 'note.txt', body: 'hello, 世界' })

  const texts = await runWithExample(
    'textOf(client',
    `import { createClient } from '@oss-js/core'
    import { textOf } from './example.js'
    const client = ${clientCode()}
    const texts = [await textOf(client, 'photos', 'note.txt'), (await textOf(client, 'photos', 'none')) ?? 'none']
    console.log(JSON.stringify(texts))`,
    'packages/core/README.md',
  )

  expect(JSON.parse(texts)).toEqual(['hello, 世界', 'none'])
})

test('a large file goes in parts from a page', async () => {
  const large = Buffer.alloc(6_500_000, bytes.subarray(0, 65_537))
  await keepExample('uploadLarge', 'large.js', 'packages/browser/README.md')
  const entry = join(folder, 'large-page.js')
  await writeFile(
    entry,
    `import { createClient, stsFromUrl } from '@oss-js/browser'
    import { uploadLarge } from './large.js'
    const client = createClient({ region: 'cn-hangzhou', endpoint: '${emulator.endpoint}', credentialsProvider: stsFromUrl('/sts') })
    globalThis.uploadChosen = () => uploadLarge(client, document.querySelector('input').files[0])`,
  )
  script = await bundled(entry)
  const page = await openPage('film.mp4', large)
  await page.addScriptTag({ url: '/page.js', type: 'module' })
  await page.waitForFunction('globalThis.uploadChosen')

  const { etag } = (await page.evaluate('globalThis.uploadChosen()')) as { etag: string }

  expect(etag).toMatch(/^"[\dA-F]{32}-2"$/)
  await expectStored('films', 'film.mp4', large)
  await page.close()
})

test('a folder goes up below a prefix, without what is excluded', async () => {
  const site = await mkdtemp(join(folder, 'site-'))
  await mkdir(join(site, 'assets'))
  for (const name of ['index.html', 'assets/app.js', 'assets/app.js.map']) await writeFile(join(site, name), name)

  const failed = await runWithExample(
    'uploadSite(client',
    `import { createClient } from '@oss-js/node'
    import { uploadSite } from './example.js'
    console.log(JSON.stringify(await uploadSite(${clientCode()}, ${JSON.stringify(site)})))`,
    'packages/node/README.md',
  )

  expect(JSON.parse(failed)).toEqual([])
  const { contents } = await listObjectsV2(owner, { bucket: 'films', prefix: 'site/' })
  expect(contents.map(({ key }) => key)).toEqual(['site/assets/app.js', 'site/index.html'])
})

test("the token of core's README lets one user put objects below one folder", async () => {
  const printed = await runWithExample(
    'tokenFor(user',
    `import { tokenFor } from './example.js'
    const { OSS_ACCESS_KEY_ID: accessKeyId, OSS_ACCESS_KEY_SECRET: accessKeySecret } = process.env
    const own = { getCredentials: async () => ({ accessKeyId, accessKeySecret }) }
    console.log(JSON.stringify(await tokenFor('alice', own, '${emulator.roleArn}')))`,
    'packages/core/README.md',
  )
  const { endpoint, region } = emulator
  const page = createClient({ endpoint, region, credentialsProvider: credentialsFromSts(JSON.parse(printed)) })

  await putObject(page, { bucket: 'photos', key: 'alice/cat.jpg', body: bytes })
  await expectStored('photos', 'alice/cat.jpg', bytes)
  await expect(putObject(page, { bucket: 'photos', key: 'bob/cat.jpg', body: bytes })).rejects.toThrow('AccessDenied')
})

test('the permits of a server let a page without any key upload', async () => {
  const printed = await runWithExample(
    'permits(client',
    `import { createClient } from '@oss-js/core'
    import { permits } from './example.js'
    console.log(JSON.stringify(await permits(${clientCode()}, 'permitted.jpg')))`,
    'packages/core/README.md',
  )
  const { upload, form }: { upload: Parameters<typeof sendPresigned>[0]; form: Parameters<typeof postObject>[0] } =
    JSON.parse(printed)

  await sendPresigned(upload, bytes)
  await expectStored('photos', 'permitted.jpg', bytes)
  await postObject(form, bytes.subarray(1))
  await expectStored('photos', 'permitted.jpg', bytes.subarray(1))
})

test('an API that the SDK does not know is called with a schema and without', async () => {
  const core = await import('@oss-js/core')
  const names = Object.values(core).map((value) => (value as { definition?: { name: string } }).definition?.name)

  await keepExample("name: 'PutBucketCallbackPolicy'", 'put-policy.js', 'packages/core/README.md')
  const printed = await runWithExample(
    "name: 'GetBucketCallbackPolicy'",
    `import { createClient } from '@oss-js/core'
    import { callbackPolicy } from './example.js'
    import { callWhenStored } from './put-policy.js'
    const client = ${clientCode()}
    await callWhenStored(client, 'photos')
    console.log(JSON.stringify(await callbackPolicy(client, 'photos')))`,
    'packages/core/README.md',
  )

  expect(names).toContain('PutBucketPolicy')
  expect(names).not.toContain('PutBucketCallbackPolicy')
  const { PolicyName, Callback } = JSON.parse(printed).BucketCallbackPolicy.PolicyItem
  expect([PolicyName, JSON.parse(Buffer.from(Callback, 'base64').toString())]).toEqual([
    'stored',
    { callbackUrl: 'https://app.example.com/stored', callbackBody: `$\{object}` },
  ])
})
