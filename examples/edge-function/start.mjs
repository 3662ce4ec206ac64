/** Starts a local OSS and the gateway before it. `node start.mjs --help` tells the options. */
import { parseArgs } from 'node:util'
import { createClient, putBucket, sendPresigned } from '@oss-js/core'
import { startEmulator } from '@oss-js/emulator'
import { runtimes, startGateway } from './runtimes.mjs'

const usage = `Options:
  --runtime NAME   ${runtimes.join(', ')} (workerd)
  --port PORT      of the gateway; 0 is any (8787)
  --once           start, send an object both ways as a check, end`

const { runtime, port, once, help } = readOptions()
if (help) {
  console.log(usage)
  process.exit()
}

const token = 'secret-of-this-example'
const emulator = await startEmulator()
const { region, endpoint, accessKeyId, accessKeySecret } = emulator
await putBucket(createClient({ region, endpoint, credentialsProvider: { accessKeyId, accessKeySecret } }), {
  bucket: 'private',
})
const gateway = await startGateway(
  runtime,
  {
    GATEWAY_TOKEN: token,
    MAX_BYTES: '104857600',
    OSS_REGION: region,
    OSS_ENDPOINT: endpoint,
    OSS_BUCKET: 'private',
    OSS_ACCESS_KEY_ID: accessKeyId,
    OSS_ACCESS_KEY_SECRET: accessKeySecret,
  },
  once ? 0 : port,
).catch(async ({ message }) => {
  await emulator.close()
  return refuse(message)
})
const close = async () => {
  await gateway.close()
  await emulator.close()
}

if (once) {
  try {
    await check()
    console.log(`Checked in ${runtime}: an object went up and came down through the gateway, another by a signed URL.`)
  } catch (error) {
    console.error(`The check failed: ${/** @type {Error} */ (error).message}`)
    process.exitCode = 1
  }
  await close()
} else {
  console.log(`OSS emulator: ${endpoint}
Gateway:      ${gateway.url} (${runtime})

  curl -H 'Authorization: Bearer ${token}' -T README.md ${gateway.url}/notes/README.md
  curl -H 'Authorization: Bearer ${token}' -i -r 0-99 ${gateway.url}/notes/README.md
  curl -H 'Authorization: Bearer ${token}' -X POST '${gateway.url}/sign?key=photo.jpg&type=image/jpeg&size=12345'`)
  process.once('SIGINT', () => void close())
  process.once('SIGTERM', () => void close())
}

async function check() {
  const headers = { authorization: `Bearer ${token}` }
  const text = 'Hello from oss-js!\n'
  const put = await fetch(`${gateway.url}/hello.txt`, { method: 'PUT', headers, body: text })
  const got = await fetch(`${gateway.url}/hello.txt`, { headers })
  if ((await got.text()) !== text) throw new Error(`PUT answered ${put.status}, GET ${got.status}`)

  const query = new URLSearchParams({ key: 'signed.txt', type: 'text/plain', size: String(text.length) })
  const signed = await fetch(`${gateway.url}/sign?${query}`, { method: 'POST', headers })
  await sendPresigned(await signed.json(), text)
  const sent = await fetch(`${gateway.url}/signed.txt`, { headers })
  if ((await sent.text()) !== text) throw new Error(`/sign answered ${signed.status}, GET ${sent.status}`)
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        runtime: { type: 'string', default: 'workerd' },
        port: { type: 'string', default: '8787' },
        once: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    const port = Number(values.port)
    if (!runtimes.includes(values.runtime)) throw new Error(`--runtime: one of ${runtimes.join(', ')}`)
    if (!/^\d{1,5}$/.test(values.port) || port > 65_535) throw new Error('--port: a whole number from 0 to 65535')
    return { ...values, port }
  } catch (error) {
    return refuse(/** @type {Error} */ (error).message)
  }
}

/** @param {string} problem @returns {never} */
function refuse(problem) {
  console.error(`${problem}\n\n${usage}`)
  process.exit(1)
}
