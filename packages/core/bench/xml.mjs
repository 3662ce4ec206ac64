/**
 * How fast a page of ListObjectsV2 is read: 1000 keys, percent-encoded, 400 KB.
 *
 * Run from the root of the repository, after `pnpm install`, on an idle machine:
 *
 *     node packages/core/bench/xml.mjs
 *
 * Compares the reader with fast-xml-parser, which builds a tree of strings that still has to be typed and decoded, and with
 * JSON.parse of the finished result, which needs neither. The rounds alternate and the fastest of each counts, so other
 * load on the machine falls on all three; compare the ratios, not the milliseconds of two runs.
 */
import { build } from 'esbuild'
import { XMLParser } from 'fast-xml-parser'

const rounds = 150

const bundle = await build({
  stdin: {
    contents: `
      export { readXml } from '../src/xml/read-xml.ts'
      export * from '../src/schema/scalars.ts'
      export * from '../src/schema/words.ts'`,
    resolveDir: import.meta.dirname,
  },
  bundle: true,
  format: 'esm',
  write: false,
})
const source = Buffer.from(bundle.outputFiles[0].contents).toString('base64')
const { readXml, boolean, date, element, encodedString, list, number, required, string, struct } = await import(
  `data:text/javascript;base64,${source}`
)

const object = struct({
  key: required(encodedString),
  objectType: element('Type'),
  size: number,
  etag: element('ETag'),
  lastModified: date,
  storageClass: string,
  owner: struct({ id: element('ID'), displayName: string }),
  restoreInfo: string,
  transitionTime: string,
})

const listing = {
  name: string,
  prefix: encodedString,
  maxKeys: number,
  encodingType: string,
  isTruncated: boolean,
  nextContinuationToken: string,
  contents: required(list('Contents', object)),
  commonPrefixes: required(list('CommonPrefixes', struct({ prefix: encodedString }))),
}

const contents = (index) => `  <Contents>
    <Key>photos%2F2026%2F%E7%9B%AE%E5%BD%95%2Fimage-${String(index).padStart(8, '0')}.jpg</Key>
    <LastModified>2026-01-${String(1 + (index % 28)).padStart(2, '0')}T10:11:12.000Z</LastModified>
    <ETag>"5B3C1A2E053D763E1B002CC607C5${String(index).padStart(4, '0')}"</ETag>
    <Type>Normal</Type>
    <Size>${index * 1234}</Size>
    <StorageClass>Standard</StorageClass>
    <Owner>
      <ID>0022012345678</ID>
      <DisplayName>0022012345678</DisplayName>
    </Owner>
  </Contents>
`

const bytes = new TextEncoder().encode(`<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult>
  <Name>bucket</Name>
  <Prefix></Prefix>
  <MaxKeys>1000</MaxKeys>
  <EncodingType>url</EncodingType>
  <IsTruncated>true</IsTruncated>
  <NextContinuationToken>CgJiYw--</NextContinuationToken>
${Array.from({ length: 1000 }, (_, index) => contents(index)).join('')}</ListBucketResult>`)

const page = new TextDecoder().decode(bytes)
const result = JSON.stringify(readXml(page, listing, 'ListBucketResult'))
const parser = new XMLParser({ parseTagValue: false, isArray: (name) => name === 'Contents' })

const contestants = {
  'JSON.parse': { run: () => JSON.parse(result).contents, best: Number.POSITIVE_INFINITY },
  readXml: { run: () => readXml(page, listing, 'ListBucketResult').contents, best: Number.POSITIVE_INFINITY },
  'fast-xml-parser': { run: () => parser.parse(page).ListBucketResult.Contents, best: Number.POSITIVE_INFINITY },
}

for (let round = 0; round < rounds; round++) {
  for (const contestant of Object.values(contestants)) {
    const start = performance.now()
    const { length } = contestant.run()
    contestant.best = Math.min(contestant.best, performance.now() - start)
    if (length !== 1000) throw new Error(`read ${length} of 1000 keys`)
  }
}

const { best: unit } = contestants['JSON.parse']
for (const [name, { best }] of Object.entries(contestants)) {
  console.log(
    `${name.padEnd(16)} ${best.toFixed(2).padStart(6)} ms a page, ${(best / unit).toFixed(1).padStart(5)} x JSON.parse`,
  )
}
console.log(
  `fast-xml-parser takes ${(contestants['fast-xml-parser'].best / contestants.readXml.best).toFixed(1)} x readXml`,
)
