/** How each operation pages: as the inventory says, and as its fields say where the inventory is silent. */
import { type ClientName, inventories, type Paginator } from '../wire/corpus.ts'

const byToken: Paginator = {
  limit: 'maxKeys',
  next: { continuationToken: 'nextContinuationToken' },
  more: 'isTruncated',
}
const byQueryToken: Paginator = { limit: 'maxResults', next: { nextToken: 'nextToken' }, more: 'nextToken' }

const further: Record<ClientName, Record<string, Paginator>> = {
  main: {
    listAccessPoints: byToken,
    listAccessPointsForObjectProcess: byToken,
    listBucketInventory: {
      next: { continuationToken: 'listInventoryConfigurationsResult.nextContinuationToken' },
      more: 'listInventoryConfigurationsResult.isTruncated',
    },
    listCloudBoxes: { limit: 'maxKeys', next: { marker: 'nextMarker' }, more: 'isTruncated' },
    listUserDataRedundancyTransition: {
      limit: 'maxKeys',
      next: { continuationToken: 'listBucketDataRedundancyTransition.nextContinuationToken' },
      more: 'listBucketDataRedundancyTransition.isTruncated',
    },
  },
  vectors: {},
  tables: {},
  dataprocess: { semanticQuery: byQueryToken, simpleQuery: byQueryToken },
}

export const paginatorsOf = (client: ClientName): Record<string, Paginator> => ({
  ...inventories[client].paginators,
  ...further[client],
})

/** Listings that OSS gives in one piece: no field of theirs asks for more. */
export const inOnePiece = ['listBucketDataRedundancyTransition', 'listCname', 'listStyle']
