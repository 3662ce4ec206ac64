/** Serves a page that uploads into a local OSS. `node server.mjs --help` tells the options. */
import { parseArgs } from 'node:util'
import { checkUpload, startApp } from './app.mjs'

const usage = `Options:
  --port PORT            of the page; if it is taken, the next free one (8080)
  --data DIR             keep uploads in this folder (default: in memory)
  --token-seconds N      how long tokens live (60)
  --once                 start, upload and download one file as a check, end`

const values = readOptions()
if (values.help) {
  console.log(usage)
  process.exit()
}

const app = await startApp({
  port: wholeNumber('--port', values.port, 0, 65_535),
  tokenSeconds: wholeNumber('--token-seconds', values['token-seconds'], 1, 3600),
  ...(values.data && { dataDir: values.data }),
}).catch((/** @type {Error} */ { message }) => refuse(message))
try {
  const key = await checkUpload(app.url)
  console.log(`Checked: uploaded ${key} with an STS token, downloaded it again, the same bytes.`)
} catch (error) {
  console.error(`The check failed: ${/** @type {Error} */ (error).message}`)
  await app.close()
  process.exit(1)
}
if (values.once) {
  await app.close()
} else {
  console.log(`OSS emulator:  ${app.emulator.endpoint}`)
  console.log(`Open the page: ${app.url}`)
  process.once('SIGINT', () => void app.close())
  process.once('SIGTERM', () => void app.close())
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string', default: '8080' },
        data: { type: 'string' },
        'token-seconds': { type: 'string', default: '60' },
        once: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    return refuse(/** @type {Error} */ (error).message)
  }
}

/** @param {string} option @param {string} text @param {number} least @param {number} most */
function wholeNumber(option, text, least, most) {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least && value <= most) return value
  return refuse(`${option}: a whole number from ${least} to ${most}, got ${text}`)
}

/** @param {string} problem @returns {never} */
function refuse(problem) {
  console.error(`${problem}\n\n${usage}`)
  process.exit(1)
}
