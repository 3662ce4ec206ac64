/** A real page with the SDK in it, and a server whose answers a test decides. */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { type Browser, chromium, type Page } from 'playwright'
import { findChromium } from '../../../scripts/chromium.mjs'

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/**
 * The JavaScript of this package's sources, for a script tag: `OSS` is what it exports.
 *
 * @param missing files that a page is to look for in vain when it loads them later, as in `explanations.ts`
 */
export async function bundleSdk(...missing: string[]): Promise<string> {
  const { outputFiles } = await build({
    external: missing.map((file) => `*/${file}`),
    entryPoints: [source('../src/index.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'OSS',
    target: 'es2022',
  })
  return outputFiles[0]!.text
}

export function launchChromium(): Promise<Browser> {
  const executablePath = findChromium()
  // A page of no known machine would otherwise ask the user before it talks to this one.
  const args = ['--disable-gpu', '--no-first-run', '--disable-features=LocalNetworkAccessChecks']
  return chromium.launch({ ...(executablePath && { executablePath }), args })
}

export interface LocalServer {
  server: Server
  /** As in `http://127.0.0.1:4711`. */
  origin: string
  close(): Promise<void>
}

export async function listen(listener: RequestListener): Promise<LocalServer> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { server, origin: `http://127.0.0.1:${port}`, close }
}

/** Serves nothing but a blank page. */
export const listenWithPage = (): Promise<LocalServer> =>
  listen((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><link rel="icon" href="data:,">'),
  )

/** Opens a page in which `OSS` is there. */
export async function openPage(browser: Browser, sdk: string, url: string): Promise<Page> {
  const page = await browser.newPage()
  // An address that nothing serves. Where requests are intercepted, no preflight reaches a server.
  if (url.startsWith('https:')) await page.route(url, (route) => route.fulfill({ contentType: 'text/html', body: '' }))
  await page.goto(url)
  await page.addScriptTag({ content: sdk })
  return page
}
