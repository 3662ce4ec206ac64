import { expect, test } from 'vitest'
import { copyObject } from '../../src/operations/index.ts'
import transfer from '../conformance/vectors/transfer.json' with { type: 'json' }
import { recordingClient } from '../wire/recording-client.ts'

test.each(transfer.copySourceVectors)(
  "the copy source '$sourceKey' is sent as $header",
  async ({ header, ...source }) => {
    const { client, sent } = recordingClient(() => ({ status: 200, headers: {}, body: '<CopyObjectResult/>' }))

    await copyObject(client, { key: 'copy', ...source })

    expect(sent[0]!.headers['x-oss-copy-source']).toBe(header)
  },
)

test('a source key with half of a surrogate pair is refused by its own name', async () => {
  const { client, sent } = recordingClient(() => ({ status: 200, headers: {}, body: '<CopyObjectResult/>' }))
  const copy = copyObject(client, { bucket: 'photos', key: 'copy', sourceKey: 'a\ud800' })

  await expect(copy).rejects.toMatchObject({ name: 'ValidationError', field: 'sourceKey' })

  expect(sent).toEqual([])
})
