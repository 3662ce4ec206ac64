/** The same packages, required; checked together with the program that imports them. */
import node = require('@oss-js/node')
import core = require('@oss-js/core')
import vectors = require('@oss-js/core/vectors')

const client: core.Client = node.createClient({ region: 'cn-hangzhou', credentialsProvider: 'anonymous' })
void core.putObject(client, { bucket: 'photos', key: 'cat.jpg', body: 'text' })
void vectors.listVectorBuckets(client)
// @ts-expect-error a mistyped field
void node.putObject(client, { bucket: 'photos', key: 'cat.jpg', boddy: 'text' })
