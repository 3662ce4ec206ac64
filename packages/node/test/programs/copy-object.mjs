/** Copies an object in parts of 100 KiB, telling its parent when it begins. It is made to be killed. */
import { Copier, createClient } from '@oss-js/node'

const [config = '', key = '', sourceKey = ''] = process.argv.slice(2)
const options = { partSize: 102_400, multipartCopyThreshold: 102_400, disableShallowCopy: true }
process.send?.('begins')
await new Copier(createClient(JSON.parse(config)), options).copy({ bucket: 'files', key, sourceKey })
process.disconnect?.()
