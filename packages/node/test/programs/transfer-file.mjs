/** Uploads or downloads a file in parts of 100 KiB, one after the other, telling its parent when it begins. */
import { createClient, Downloader, Uploader } from '@oss-js/node'

const [config = '', way = '', path = '', options = ''] = process.argv.slice(2)
const client = createClient(JSON.parse(config))
const given = { partSize: 102_400, parallelNum: 1, ...JSON.parse(options) }
const object = { bucket: 'files', key: 'a' }
process.send?.('begins')
if (way === 'up') await new Uploader(client, given).uploadFile(object, path)
else await new Downloader(client, given).downloadFile(object, path)
process.disconnect?.()
