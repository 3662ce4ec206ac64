/** Uploads a file in parts of 100 KiB with a checkpoint, telling its parent when it begins. It is made to be killed. */
import { createClient, Uploader } from '@oss-js/node'

const [config = '', path = '', checkpointDir = '', key = ''] = process.argv.slice(2)
const uploader = new Uploader(createClient(JSON.parse(config)), {
  partSize: 102_400,
  enableCheckpoint: true,
  checkpointDir,
})
process.send?.('begins')
await uploader.uploadFile({ bucket: 'files', key }, path)
process.disconnect?.()
