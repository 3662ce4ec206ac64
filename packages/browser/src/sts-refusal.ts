/** What a server said instead of handing out a token. Loaded when it did, so it imports nothing that runs. */

/**
 * Says what came, never the rest of the answer than the server's own words: that may hold secrets.
 *
 * @param problem what is wrong with the token, where the answer was to hold one
 */
export function explainRefusal({ ok, status, headers }: Response, text: string, problem: unknown): string {
  const answer = parsed(text)
  const said = answer?.message ?? answer?.Message ?? answer?.error
  const reason = typeof said === 'string' ? `: ${said.slice(0, 200)}` : ''
  if (!ok) return `it answered ${status}${reason}`
  if (answer) return (problem as Error).message + reason
  const type = headers.get('content-type') ?? 'nothing'
  return `it answered ${type} instead of JSON: check the URL, and that the user is signed in`
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) ?? undefined
  } catch {
    return undefined
  }
}
