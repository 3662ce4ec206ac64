import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { callbackSigner } from '../src/callback/callback-signer.ts'
import { movableClock } from '../src/clock.ts'
import { faultScript } from '../src/faults/fault-script.ts'
import { fetchOver } from '../src/fetch.ts'
import { handle, type Service } from '../src/handle.ts'
import { journal } from '../src/journal/journal.ts'
import type { Handle } from '../src/message.ts'
import { randomSource } from '../src/random-source.ts'
import { listen } from '../src/server.ts'
import { type EmulatorOptions, settingsOf } from '../src/settings.ts'
import { openStorage } from '../src/storage/storage.ts'
import type { Transaction } from '../src/storage/store.ts'
import type { Reachable } from './signed-client.ts'

/** Serves records that no request could have made, such as an upload with a given id, until the test ends. */
export async function seededService(
  options: EmulatorOptions,
  seed: (transaction: Transaction) => void,
): Promise<Required<Reachable>> {
  const storage = await openStorage(undefined)
  await storage.store.transact(seed)
  const service: Service = {
    settings: settingsOf(options),
    storage,
    signer: callbackSigner(),
    clock: movableClock(options.clock ?? (() => new Date())),
    random: randomSource(undefined),
    faults: faultScript(randomSource(undefined)),
    journal: journal(),
  }
  const answer: Handle = (request) => handle(service, request)
  const server = await listen(answer, 0, '127.0.0.1')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { port: (server.address() as AddressInfo).port, fetch: fetchOver(answer) }
}

/** The record of a bucket of the default account. */
export const bucketRecord = (name: string, more: object = {}) => ({
  name,
  ownerId: '1234567890123456',
  createdAt: '2023-01-01T00:00:00.000Z',
  acl: 'private',
  storageClass: 'Standard',
  dataRedundancyType: 'LRS',
  ...more,
})

/** What an object or a part without bytes adds up to. */
export const noBytes = {
  size: 0,
  etag: 'D41D8CD98F00B204E9800998ECF8427E',
  crc64: '0',
  lastModified: '2024-01-01T00:00:00.000Z',
}

/** The record of an object of the default account. */
export const objectRecord = (key: string, more: object) => ({
  ...noBytes,
  kind: 'object',
  key,
  versionId: 'null',
  ownerId: '1234567890123456',
  type: 'Normal',
  headers: {},
  metadata: {},
  tags: [],
  acl: 'default',
  storageClass: 'Standard',
  pieces: [],
  ...more,
})
