/** Runs an emulator over the folder in the first argument, tells its parent where, and ends with its parent. */
import { startEmulator } from '../../../emulator/dist/index.js'

const [, , dataDir = ''] = process.argv
const { endpoint, region, accessKeyId, accessKeySecret, close } = await startEmulator({ dataDir })
process.once('disconnect', () => void close())
process.send?.({ endpoint, region, credentialsProvider: { accessKeyId, accessKeySecret } })
