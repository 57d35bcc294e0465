/**
 * Tunnel types by number, as in the encapsulation extended community (RFC 9012 §4.1), and by the names that agents
 * give and are given (spec xmpp 4.4.5).
 */
const types: ReadonlyMap<string, number> = new Map([
  ['gre', 2],
  ['vxlan', 8],
  ['nvgre', 9],
  ['mpls', 10],
  ['vxlan-gpe', 12],
  ['udp', 13],
  ['native', 16]
])

const mplsOverGre = 11

const names: ReadonlyMap<number, string> = new Map([
  ...[...types].map(([name, type]) => [type, name] as const),
  [mplsOverGre, 'gre']
])

export const vxlanTunnelType = 8

/** `undefined`: not a name that agents may give. */
export const tunnelType = (name: string): number | undefined => types.get(name)

/** `undefined`: not a type that agents know. */
export const tunnelName = (type: number): string | undefined => names.get(type)
