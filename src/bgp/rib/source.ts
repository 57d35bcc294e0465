/** Where a path comes from (routing.md 1.4), ascending by preference in best path (`Step.sourceKind`). */
export const SourceKind = {
  none: 0,
  peer: 1,
  serviceChain: 2,
  staticRoute: 3,
  aggregate: 4,
  local: 5
} as const
export type SourceKind = (typeof SourceKind)[keyof typeof SourceKind]

/** Who speaks to us, for sources that are peers. */
export const Protocol = { none: 0, bgp: 1, xmpp: 2 } as const
export type Protocol = (typeof Protocol)[keyof typeof Protocol]

/**
 * Whoever adds paths: a BGP peer, an agent, a service chain, a static route, the node itself. A path points to its
 * source, so what best path asks of a peer stands here, in one shape for all kinds.
 */
export class Source {
  readonly name: string
  readonly kind: SourceKind
  readonly protocol: Protocol
  /** Orders sources among each other, whatever the time of their arrival: address for a peer, else a name. */
  readonly sortKey: string
  /** It may have several paths on one prefix, told apart by path id (ADD-PATH, service chains). */
  severalPaths = false
  /** BGP within our AS. */
  internal = false
  /** BGP with another member of our confederation (RFC 5065). */
  member = false
  /** A client of this reflector (RFC 4456 §4): what it tells goes to non-clients too. */
  reflectorClient = false
  /** The cluster that it is in, where that is not the node's own (RFC 4456 §7); 0: it is. */
  clusterId = 0
  /** What of it is long-lived stale is preferred least of all (RFC 9494), and not where contrail-control has it. */
  staleIsLast = false
  /** The peer's AS; 0 when it has none. */
  as = 0
  /** The peer's BGP identifier as a number; an agent's IPv4 address. */
  routerId = 0
  /** The peer's printed address; empty when it has none. */
  address = ''

  constructor(name: string, kind: SourceKind, protocol: Protocol, sortKey = name) {
    this.name = name
    this.kind = kind
    this.protocol = protocol
    this.sortKey = sortKey
  }
}
