/** The smoke scenario in a page: `smokeInPage(target)` resolves to its report. */
import { createClient } from '@oss-js/browser'
import { smoke } from './smoke.mjs'

Object.assign(globalThis, {
  smokeInPage: (/** @type {Parameters<typeof smoke>[0]} */ target) => smoke(target, createClient),
})
