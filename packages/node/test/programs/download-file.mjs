/** Downloads a file in parts of 100 KiB with a checkpoint, telling its parent when it begins. It is made to be killed. */
import { createClient, Downloader } from '@oss-js/node'

const [config = '', path = '', checkpointDir = '', key = ''] = process.argv.slice(2)
const downloader = new Downloader(createClient(JSON.parse(config)), {
  partSize: 102_400,
  enableCheckpoint: true,
  checkpointDir,
})
process.send?.('begins')
await downloader.downloadFile({ bucket: 'files', key }, path)
process.disconnect?.()
