/** What is counted about an agent's connection (spec xmpp 8): plain numbers, read by whoever shows them. */
export class MessageCounters {
  open = 0
  keepalive = 0
  close = 0
  /** IQs and messages; a route costs two IQs. */
  update = 0
  bytes = 0
  calls = 0
}

export class RouteCounters {
  reach = 0
  unreach = 0
  endOfRib = 0
  /** Messages or requests that carried routes. */
  updates = 0
}

export class SessionStatistics {
  readonly received = new MessageCounters()
  readonly sent = new MessageCounters()
  readonly routesReceived = new RouteCounters()
  readonly routesSent = new RouteCounters()
  instanceSubscribe = 0
  instanceUnsubscribe = 0
  tableSubscribe = 0
  tableUnsubscribe = 0
  /** Items that were ignored, by what was wrong. */
  readonly itemFaults = { xml: 0, family: 0, prefix: 0, 'next-hop': 0 }
  /** Those of them that were of IPv6. */
  readonly inet6ItemFaults = { xml: 0, family: 0, prefix: 0, 'next-hop': 0 }
  /** Stanzas that ask for nothing known. */
  ignoredStanzas = 0
  /** Publishes that were not followed by the collection that belongs to them, and collections likewise. */
  unpaired = 0
  blockedCount = 0
  blockedMilliseconds = 0
}

/** What went through sockets. */
export class Traffic {
  readonly received = { bytes: 0, calls: 0 }
  readonly sent = { bytes: 0, calls: 0 }
  blockedCount = 0
  blockedMilliseconds = 0

  add({ received, sent, blockedCount, blockedMilliseconds }: Traffic | SessionStatistics): this {
    this.received.bytes += received.bytes
    this.received.calls += received.calls
    this.sent.bytes += sent.bytes
    this.sent.calls += sent.calls
    this.blockedCount += blockedCount
    this.blockedMilliseconds += blockedMilliseconds
    return this
  }
}

/** Of the server: connections by what became of them. */
export class ServerStatistics {
  accepted = 0
  /** Because of `maximumConnections`, `maximumOpening` or `maximumOpeningPerAddress`. */
  refusedByLimit = 0
  /** While the node was not ready for agents. */
  refusedByGate = 0
  refusedSubCluster = 0
  refusedDuplicate = 0
  openExpired = 0
  holdExpired = 0
  malformed = 0
  oversized = 0
  violations = 0
  /** Sessions that a defect of ours has cost. */
  internalErrors = 0
  established = 0
  maximumConnections = 0
}
