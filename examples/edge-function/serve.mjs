/** The gateway where the environment does not come with the request: `deno serve -A serve.mjs`, `bun serve.mjs`. */
import gateway from './gateway.mjs'

export default {
  hostname: '127.0.0.1',
  /** @param {Request} request */
  fetch: (request) => gateway.fetch(request, process.env),
}
