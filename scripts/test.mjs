/** `npm test`: installs and builds what is missing, runs every test once, real Chromium included. Arguments go to vitest. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from './build.mjs'
import { ensureChromium } from './chromium.mjs'
import { install } from './install.mjs'
import { runTool } from './run.mjs'
import { root } from './workspace.mjs'

/** @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numFailedTestSuites: number }} Report */

await install()
await ensureChromium()
await build()

const folder = mkdtempSync(join(tmpdir(), 'oss-js-tests-'))
const reportPath = join(folder, 'report.json')
const { code } = await runTool('vitest', [
  'run',
  '--reporter=default',
  `--reporter=${join(root, 'scripts/conformance-reporter.mjs')}`,
  '--reporter=json',
  `--outputFile.json=${reportPath}`,
  ...process.argv.slice(2),
])
const { passed, failed, skipped } = count(readReport())
rmSync(folder, { recursive: true })
if (passed + failed === 0) console.log('No test ran.')
// A file that cannot be loaded, or an error outside of any test, fails the run with no failed test to show for it.
const failures = code === 0 ? failed : Math.max(failed, 1)
console.log(`${passed} passed, ${failures} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exitCode = failures > 0 || passed === 0 ? 1 : 0

/** @returns {Report | undefined} */
function readReport() {
  try {
    return JSON.parse(readFileSync(reportPath, 'utf8'))
  } catch {
    return undefined
  }
}

/** @param {Report | undefined} report */
function count(report) {
  return {
    passed: report?.numPassedTests ?? 0,
    failed: report?.numFailedTests ?? 0,
    skipped: report?.numPendingTests ?? 0,
  }
}
