import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

/** Keeps one record of each of 300 pages of 400 KB, and prints the megabytes that are held in the end. */
const program = `
  import { date, encodedString, number, string } from './src/schema/scalars.ts'
  import { element, list, struct } from './src/schema/words.ts'
  import { readXml } from './src/xml/read-xml.ts'

  const fields = {
    nextMarker: encodedString,
    words: list('Word', string),
    contents: list('Contents', struct({ key: encodedString, etag: element('ETag'), lastModified: date, size: number })),
    versions: list('Version', struct({ key: encodedString, words: list('Word', string) })),
  }
  const contents = (page, index) => \`<Contents><Key>photos%2F2026%2Fimage-\${page}-\${index}-and-some-more.jpg</Key>
    <ETag>"5B3C1A2E053D763E1B002CC607C5\${index}"</ETag><LastModified>2026-01-31T10:11:12.000Z</LastModified><Size>1234567</Size>
    </Contents><Version><Key>plain-key-\${page}-\${index}-and-some-more</Key><Word>a word of more than 13 characters</Word></Version>
    <Word>another word of more than 13 characters</Word>\`

  const kept = []
  for (let page = 0; page < 300; page++) {
    const text = \`<R><EncodingType>url</EncodingType><NextMarker>marker-\${page}-without-escapes</NextMarker>\${
      Array.from({ length: 1000 }, (_, index) => contents(page, index)).join('')}</R>\`
    const flat = new TextDecoder().decode(new TextEncoder().encode(text))
    const result = readXml(flat, fields)
    kept.push(result.contents[500], result.versions[500], result.words[500], result.nextMarker)
  }
  globalThis.gc()
  console.log(kept.length, process.memoryUsage().heapUsed / 2 ** 20)
`

test('what is kept of a page does not keep the page', async () => {
  const resolveDir = new URL('../..', import.meta.url).pathname
  const bundle = await build({ stdin: { contents: program, resolveDir }, bundle: true, format: 'esm', write: false })
  const source = bundle.outputFiles[0]!.text

  const { stdout } = await promisify(execFile)(process.execPath, [
    '--expose-gc',
    '--input-type=module',
    '--eval',
    source,
  ])

  const [kept, megabytes] = stdout.split(' ').map(Number)
  expect(kept).toBe(1200)
  expect(megabytes).toBeLessThan(20)
})
