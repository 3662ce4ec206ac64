import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { findChromium } from './scripts/chromium.mjs'
import { entries, packages } from './scripts/workspace.mjs'

/** Workspace packages resolve to their sources, so tests need no build. */
const alias = packages()
  .flatMap(entries)
  .map(({ specifier, source }) => ({ find: new RegExp(`^${specifier}$`), replacement: source }))

const executablePath = findChromium()

/** Nothing that reaches for the network or the screen by itself. */
const quietly = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'node',
          environment: 'node',
          include: ['test/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts'],
          exclude: ['**/*.browser.test.ts', '**/node_modules/**'],
          // Built packages run as they are, and import each other built.
          server: { deps: { external: [/\/packages\/\w+\/dist\//] } },
          testTimeout: 60_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 20_000 } },
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'emulator-fetch',
          include: ['packages/emulator/test/*.test.ts'],
          // Those are about processes and sockets, about fetch itself, or about no request at all.
          exclude: ['cli', 'connections', 'crc64', 'fetch', 'persistence', 'sign-v4'].map(
            (name) => `**/${name}.test.ts`,
          ),
          provide: { transport: 'fetch' },
          testTimeout: 60_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 20_000 } },
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'browsers',
          include: ['packages/*/test/**/*.browser.test.ts', 'examples/*/test/**/*.browser.test.ts'],
          exclude: ['**/node_modules/**'],
          globalSetup: './test/emulator-for-browsers.ts',
          testTimeout: 60_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 20_000 } },
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            instances: [
              {
                browser: 'chromium',
                provider: playwright({ launchOptions: { ...(executablePath && { executablePath }), args: quietly } }),
              },
            ],
          },
        },
      },
    ],
  },
})
