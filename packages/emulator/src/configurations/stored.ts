import { accountIdOf } from '../authentication/principal.ts'
import type { Call } from '../call.ts'
import { requireBucket } from '../lookup.ts'
import { accountKey, bucketKey } from '../storage/keys.ts'
import type { AccountRecord, Configurations } from '../storage/records.ts'

/** Changes the documents that are kept of a bucket, or of the account when a call names no bucket. */
export async function changeConfigurations(
  call: Call,
  change: (configurations: Configurations) => Configurations,
): Promise<void> {
  const { store, bucket } = call
  await store.transact((transaction) => {
    if (bucket === '') {
      const configurations = change(configurationsOf(call))
      return transaction.put(accountKey(accountIdOf(call.principal) ?? ''), { configurations })
    }
    const record = requireBucket(store, bucket)
    transaction.put(bucketKey(bucket), { ...record, configurations: change(record.configurations ?? {}) })
  })
}

/** The documents that are kept of the bucket of a call, or of the account. */
export function configurationsOf(call: Call): Configurations {
  if (call.bucket !== '') return requireBucket(call.store, call.bucket).configurations ?? {}
  return call.store.get<AccountRecord>(accountKey(accountIdOf(call.principal) ?? ''))?.configurations ?? {}
}

/** Keeps a document, in place of one with the same name. */
export const keepConfiguration = (call: Call, name: string, document: string): Promise<void> =>
  changeConfigurations(call, (configurations) => ({ ...configurations, [name]: document }))

/** Forgets a document, if there is one. */
export const forgetConfiguration = (call: Call, name: string): Promise<void> =>
  changeConfigurations(call, ({ [name]: _, ...configurations }) => configurations)

/** The documents whose names begin with `<name>/`, by what follows, in the order of their ids. */
export function configurationsNamed(configurations: Configurations, name: string): [id: string, document: string][] {
  const prefix = `${name}/`
  return Object.entries(configurations)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, document]): [string, string] => [key.slice(prefix.length), document])
    .sort(([a], [b]) => (a < b ? -1 : 1))
}
