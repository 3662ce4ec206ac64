import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (name: string) => fileURLToPath(new URL(`./packages/${name}/src/index.ts`, import.meta.url))

/** Workspace packages resolve to their sources, so tests need no build. */
const alias = {
  '@oss-js/core': source('core'),
  '@oss-js/browser': source('browser'),
  '@oss-js/node': source('node'),
  '@oss-js/emulator': source('emulator'),
}

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'node',
          environment: 'node',
          include: ['packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts'],
          exclude: ['**/*.browser.test.ts', '**/node_modules/**'],
          testTimeout: 30_000,
        },
      },
    ],
  },
})
