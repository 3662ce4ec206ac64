/**
 * How soon an editor offers what can come next: the operations after `client.`, the fields of inputs, the words of a field.
 *
 * Run from the root of the repository, after `npm run build`, on an idle machine:
 *
 *     node packages/core/bench/completion.mjs
 *
 * The program changes before every question, as when somebody types, so that nothing of the last answer is left but what the
 * language service keeps of files that did not change. `first` is the first question after opening, which reads them all.
 */
import { openEditor } from '../../../scripts/editor.mjs'

const rounds = 40

const program = (round) => `
  import { OSSClient, putObject } from '@oss-js/browser'
  const client = new OSSClient({ region: 'cn-hangzhou', credentialsProvider: 'anonymous' })
  const round = ${round}
  client.
  await client.putObject({  })
  await putObject(client, { storageClass: '' })
  await client.putBucketLifecycle({ bucket: 'b', lifecycleConfiguration: { rules: [{  }] } })
  await client.deleteMultipleObjects({ bucket: 'b', objects: [] })
`

const questions = {
  'client.': (editor) => editor.complete('client.'),
  'client.putObject({ ': (editor) => editor.complete('client.putObject({ '),
  "putObject(client, { storageClass: '": (editor) => editor.complete("storageClass: '"),
  'putBucketLifecycle, a rule': (editor) => editor.complete('rules: [{ '),
  'hover over deleteMultipleObjects': (editor) => editor.hover('client.deleteMultipleObjects'),
}

const editor = openEditor(program(0))
const opened = performance.now()
editor.complete('client.')
console.log(`first: ${(performance.now() - opened).toFixed(0)} ms`)

for (const [what, ask] of Object.entries(questions)) {
  const answers = Array.from({ length: rounds }, (_, round) => {
    editor.type(program(round + 1))
    return timed(() => {
      if (ask(editor).length === 0) throw new Error(`${what}: nothing is offered`)
    })
  })
  const { wall, cpu } = { wall: sorted(answers, 'wall'), cpu: sorted(answers, 'cpu') }
  console.log(
    `${what.padEnd(36)} median ${wall[rounds / 2].toFixed(1)} ms (${cpu[rounds / 2].toFixed(1)} ms of the processor), ` +
      `slowest of ${rounds} ${wall.at(-1).toFixed(1)} ms (${cpu.at(-1).toFixed(1)} ms)`,
  )
}

/** On a machine that has other things to do, time on the processor is what counts. */
function timed(work) {
  const [began, before] = [performance.now(), process.cpuUsage()]
  work()
  const { user, system } = process.cpuUsage(before)
  return { wall: performance.now() - began, cpu: (user + system) / 1000 }
}

function sorted(answers, measure) {
  return answers.map((answer) => answer[measure]).sort((a, b) => a - b)
}
