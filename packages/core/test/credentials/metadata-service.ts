/** What stands in for the metadata service inside an ECS instance: as strict, and it notes what it was asked. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface MetadataService extends AsyncDisposable {
  readonly url: string
  /** As in `PUT /latest/api/token 200`. */
  readonly asked: readonly string[]
}

export interface MetadataOptions {
  /** The roles by name, with what the service answers for each. */
  readonly roles?: Record<string, () => string>
  /** `hardened` refuses what comes without a token, `old` knows of none, `both` takes either. */
  readonly kind?: 'hardened' | 'both' | 'old'
  /** Answers in place of all the rest. */
  readonly instead?: (response: ServerResponse) => void
}

export async function metadataService({
  roles = {},
  kind = 'both',
  instead,
}: MetadataOptions): Promise<MetadataService> {
  const asked: string[] = []
  const tokens = new Set<string>()
  const folder = '/latest/meta-data/ram/security-credentials/'

  const answerTo = ({ method, url = '', headers }: IncomingMessage): [status: number, text: string] => {
    if (url === '/latest/api/token') {
      const seconds = Number(headers['x-aliyun-ecs-metadata-token-ttl-seconds'])
      if (kind === 'old') return [404, 'Not Found']
      if (method !== 'PUT') return [405, 'Method Not Allowed']
      if (!(seconds >= 1 && seconds <= 21_600)) return [400, 'Bad Request']
      tokens.add(`canary-token-${tokens.size}`)
      return [200, [...tokens].at(-1)!]
    }
    const token = headers['x-aliyun-ecs-metadata-token']
    if (method !== 'GET') return [405, 'Method Not Allowed']
    if (token === undefined ? kind === 'hardened' : !tokens.has(String(token))) return [403, 'Forbidden']
    if (url === folder && Object.keys(roles).length > 0) return [200, Object.keys(roles).join('\n')]
    const role = url.startsWith(folder) ? roles[url.slice(folder.length)] : undefined
    return role ? [200, role()] : [404, 'Not Found']
  }

  const server = createServer((request, response) => {
    if (instead) return instead(response)
    const [status, text] = answerTo(request)
    asked.push(`${request.method} ${request.url} ${status}`)
    return response.writeHead(status).end(text)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** What the service answers for a role. */
export const issuedFor = (id: string, expiration: string, changes: object = {}): string =>
  JSON.stringify({
    AccessKeyId: `STS.${id}`,
    AccessKeySecret: `canary-secret-${id}`,
    Expiration: expiration,
    SecurityToken: `canary-token-${id}`,
    LastUpdated: '2026-03-04T05:00:00Z',
    Code: 'Success',
    ...changes,
  })
