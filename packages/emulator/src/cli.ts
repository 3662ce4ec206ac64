import { isLoopbackHost } from './addressing.ts'
import { readOptions, usage } from './command-line.ts'
import { type Emulator, startEmulator } from './emulator.ts'
import { defaultAccount, type EmulatorOptions } from './settings.ts'

function announcement(emulator: Emulator, options: EmulatorOptions): string {
  const storage = options.dataDir === undefined ? 'memory' : options.dataDir
  const isWellKnown = emulator.accessKeyId === defaultAccount.accessKeyId
  const warning = isLoopbackHost(options.host ?? '127.0.0.1')
    ? ''
    : `\nWARNING: it listens beyond this machine${isWellKnown ? ', and its key is public knowledge' : ''}.\n`
  return `OSS emulator, for development and tests only.

  endpoint           ${emulator.endpoint}
  STS endpoint       ${emulator.stsEndpoint}
  status page        ${emulator.endpoint}/_emulator
  region             ${emulator.region}
  access key id      ${emulator.accessKeyId}
  access key secret  ${isWellKnown ? emulator.accessKeySecret : '(as given)'}
  role ARN           ${emulator.roleArn}
  data               ${storage}
${warning}`
}

async function run(args: readonly string[]): Promise<void> {
  const options = await readOptions(args)
  if (options === undefined) return void console.log(usage)
  const logger = {
    info: (line: string) => console.log(`${new Date().toTimeString().slice(0, 8)} ${line}`),
    error: (line: string) => console.error(line),
  }
  const emulator = await startEmulator({ ...options, logger })
  console.log(announcement(emulator, options))
  const stop = (): void => void emulator.close().then(() => process.exit(0))
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

run(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
})
