/** Every operation of the inventory, and from which seeds inputs and outputs are made for each. */
import { type ClientName, type InventoryOperation, inventories } from '../wire/corpus.ts'

/** How many inputs, and how many outputs, each operation is tried with. */
const inputsEach = Number(process.env.OSS_RANDOM_COUNT ?? 20)

/** A failure tells its seed; `OSS_RANDOM_SEED=1234 OSS_RANDOM_COUNT=1` tries that one alone. */
const firstSeed = Number(process.env.OSS_RANDOM_SEED ?? 20_260_131)

/** The seeds of one run. */
export const seeds = Array.from({ length: inputsEach }, (_, index) => firstSeed + index)

export interface KnownOperation {
  client: ClientName
  name: string
  known: InventoryOperation
}

export const everyOperation: KnownOperation[] = (['main', 'vectors', 'tables', 'dataprocess'] as const).flatMap(
  (client) => Object.entries(inventories[client].operations).map(([name, known]) => ({ client, name, known })),
)
