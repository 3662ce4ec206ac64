/** Uploads a file, downloads it into another, and prints the most memory that took. It ends when nothing is left to do. */
import { createClient, getObjectToFile, putBucket, putObjectFromFile } from '@oss-js/node'

const [config = '', source = '', target = ''] = process.argv.slice(2)
const client = createClient(JSON.parse(config))
await putBucket(client, { bucket: 'large' })
const put = await putObjectFromFile(client, { bucket: 'large', key: 'file' }, source)
const got = await getObjectToFile(client, { bucket: 'large', key: 'file' }, target)
console.log(
  JSON.stringify({
    putCrc: put.hashCrc64,
    gotCrc: got.hashCrc64,
    size: got.contentLength,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  }),
)
