/** What a server said instead of handing out a token. Loaded when it did, so it imports nothing that runs. */

/**
 * Says what came, never the rest of the answer than the server's own words: that may hold secrets.
 *
 * @param answer undefined if none came
 * @param text undefined if the answer broke off
 * @param problem why there is none, or what is wrong with the token, where the answer was to hold one
 * @returns the reason, and what caused it where asking again may help
 */
export function explainRefusal(
  answer: Response | undefined,
  text: string | undefined,
  problem: unknown,
): [reason: string, cause?: unknown] {
  if (!answer || text === undefined) return [`no answer: ${(problem as Error).message}`, problem]
  const { ok, status, headers } = answer
  const members = parsed(text)
  const said = members?.message ?? members?.Message ?? members?.error
  const reason = typeof said === 'string' ? `: ${said.slice(0, 200)}` : ''
  if (!ok) return [`it answered ${status}${reason}`, status >= 500 || status === 429 ? status : undefined]
  if (members) return [(problem as Error).message + reason]
  const type = headers.get('content-type') ?? 'nothing'
  return [`it answered ${type} instead of JSON: check the URL, and that the user is signed in`]
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) ?? undefined
  } catch {
    return undefined
  }
}
