import { createHash, createHmac } from 'node:crypto'

/** What is signed, in the words of the vectors. */
export interface SigningInput {
  readonly method: string
  readonly bucket: string | null
  readonly key: string | null
  readonly query: Readonly<Record<string, string | null>>
  readonly headers: Readonly<Record<string, string>>
  readonly additionalHeaders?: readonly string[]
  readonly credentials: { accessKeyId: string; accessKeySecret: string; securityToken?: string | null }
  readonly region: string
  readonly signedAt: Date
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const encode = (text: string): string =>
  [...Buffer.from(text, 'utf8')]
    .map((byte) => {
      const character = String.fromCharCode(byte)
      return /[A-Za-z0-9\-._~]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
    })
    .join('')

/** The path and the query as they are sent and signed. */
export const encodePath = (path: string): string => path.split('/').map(encode).join('/')

export const encodeQuery = (query: SigningInput['query']): string =>
  Object.entries(query)
    .map(([name, value]) => [encode(name), value ? `=${encode(value)}` : ''] as const)
    .sort(([a], [b]) => compare(a, b))
    .map(([name, value]) => name + value)
    .join('&')

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

/** Signs as the rules of the vectors say, and returns all headers to send. */
export function signV4(input: SigningInput): Record<string, string> {
  const date = input.signedAt.toISOString().replace(/\.\d+/, '').replace(/[-:]/g, '')
  const { accessKeyId, accessKeySecret, securityToken } = input.credentials
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(input.headers)) headers[name.toLowerCase()] = value
  headers['x-oss-date'] = date
  headers['x-oss-content-sha256'] = 'UNSIGNED-PAYLOAD'
  if (securityToken) headers['x-oss-security-token'] = securityToken
  const isDefault = (name: string) => name.startsWith('x-oss-') || ['content-type', 'content-md5'].includes(name)
  const wanted = (input.additionalHeaders ?? []).map((name) => name.toLowerCase())
  const additional = [...new Set(wanted)].filter((name) => !isDefault(name) && headers[name]).sort(compare)
  const signed = Object.keys(headers)
    .filter((name) => isDefault(name) || additional.includes(name))
    .sort(compare)
  const resource = input.bucket === null ? '/' : `/${input.bucket}/${input.key ?? ''}`
  const canonical = [
    input.method,
    encodePath(resource),
    encodeQuery(input.query),
    signed.map((name) => `${name}:${headers[name]!.trim()}\n`).join(''),
    additional.join(';'),
    'UNSIGNED-PAYLOAD',
  ].join('\n')
  const scope = [date.slice(0, 8), input.region, 'oss', 'aliyun_v4_request']
  const text = ['OSS4-HMAC-SHA256', date, scope.join('/'), createHash('sha256').update(canonical).digest('hex')].join(
    '\n',
  )
  const key = scope.reduce<string | Buffer>(hmac, `aliyun_v4${accessKeySecret}`)
  const list = additional.length > 0 ? `AdditionalHeaders=${additional.join(';')},` : ''
  const signature = createHmac('sha256', key).update(text).digest('hex')
  return {
    ...headers,
    authorization: `OSS4-HMAC-SHA256 Credential=${accessKeyId}/${scope.join('/')},${list}Signature=${signature}`,
  }
}
