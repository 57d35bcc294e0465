/** Why a connection ended: counted, logged and shown. The agent is told nothing but the end of TCP (spec xmpp 2.10). */
export type CloseKind =
  /** The agent, or the network. */
  | 'closed-by-peer'
  | 'connection-error'
  /** No stream header in time. */
  | 'open-expired'
  | 'hold-expired'
  /** Bytes that are no stanza, or no stream header. */
  | 'malformed'
  | 'oversized'
  /** A stanza against the rules of subscriptions and routes. */
  | 'violation'
  | 'duplicate-agent'
  | 'sub-cluster'
  /** The node is not, or no longer, ready for agents. */
  | 'not-ready'
  /** A change of settings that agents must follow with new sessions, or an operator. */
  | 'administrative'
  | 'shutdown'
  /** A defect of ours while a stanza was handled: it costs this session and no other. */
  | 'internal-error'

export interface CloseCause {
  readonly kind: CloseKind
  readonly what: string
  /** What was thrown, for the log. */
  readonly error?: unknown
}
