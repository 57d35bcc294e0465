/**
 * Source ports by which the clients of BGP as a service are told apart (spec bgp 17.1): all that a compute node serves
 * call from its address. A client owns one port of the configured range; interfaces that share it call from ports above
 * the range, each a whole range further.
 */
export interface PortRange {
  readonly first: number
  /** 0: there is no range. */
  readonly last: number
}

export interface TenantPort {
  /** The port that the configuration knows. */
  readonly owned: number
  /** Which of the interfaces that share it: 0 is the one that calls from the owned port itself. */
  readonly index: number
}

/** Ports below the range, or without one, are taken as they are. */
export function tenantPort(port: number, { first, last }: PortRange): TenantPort {
  const count = last - first + 1
  if (last === 0 || count <= 0 || port < first) return { owned: port, index: 0 }
  const offset = port - first
  return { owned: first + (offset % count), index: Math.floor(offset / count) }
}
