/** The smoke scenario as a program: its target in the last argument, its report on standard output. */
import { smoke } from './smoke.mjs'

console.log(JSON.stringify(await smoke(JSON.parse(process.argv.at(-1) ?? ''))))
