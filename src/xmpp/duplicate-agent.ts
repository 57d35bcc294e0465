/** What happens when an agent's name is already known (spec xmpp 2.9, cases 2 to 7). */
export type Standing =
  /** Nothing is known under the name. */
  | 'unknown'
  /** A session is up. */
  | 'up'
  /** The session is gone, and its routes are being marked stale or deleted. */
  | 'closing'
  /** The session is gone, and its routes wait for the agent to come back (helper mode). */
  | 'waiting'

export type DuplicateVerdict =
  | 'accept'
  /** The new session takes over what the old one left. */
  | 'adopt'
  | 'refuse'
  /** And the old one is closed too: the agent's next attempt will be taken. */
  | 'refuse-and-close-old'

export function judgeDuplicate(
  standing: Standing,
  sameAddress: boolean,
  helperMode: boolean
): DuplicateVerdict {
  if (standing === 'unknown') return 'accept'
  // Two hosts with one name are an operator's error; the one that is up keeps working.
  if (!sameAddress) return 'refuse'
  // There is no "newest wins": the old session ends by FIN, TCP keepalive or hold timer, and the agent tries again.
  if (!helperMode) return 'refuse'
  if (standing === 'up') return 'refuse-and-close-old'
  return standing === 'waiting' ? 'adopt' : 'refuse'
}
