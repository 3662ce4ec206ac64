/** The smoke scenario as a Worker: its target in the body of the request, its report in the answer. */
import { smoke } from './smoke.mjs'

export default {
  async fetch(/** @type {Request} */ request) {
    try {
      return Response.json(await smoke(await request.json()))
    } catch (error) {
      return new Response(error instanceof Error ? error.stack : String(error), { status: 500 })
    }
  },
}
