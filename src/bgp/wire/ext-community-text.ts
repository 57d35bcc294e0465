/**
 * Extended communities as text (spec routing 5.3, spec introspect 3.3): what operators see, and what configuration may
 * say. `<name>:<a>:<b>` is written as in a route target: AS and number, or address and number.
 */
import { inet4FromBytes } from '../../net/inet.js'
import { printMac } from '../../net/mac.js'
import { parseRouteTarget, printRouteTarget } from '../../net/route-target.js'
import {
  ExtendedKind,
  encapsulationAt,
  esiLabelOf,
  eTreeOf,
  extendedKindAt,
  extendedLength,
  isRouteOrigin,
  isRouteTarget,
  isSourceAs,
  loadBalanceOf,
  localSequenceNumberOf,
  macMobilityOf,
  multicastFlagsOf,
  TunnelType
} from './ext-communities.js'

const tunnelTypes: ReadonlyMap<string, number> = new Map([
  ['gre', TunnelType.gre],
  ['vxlan', TunnelType.vxlan],
  ['nvgre', TunnelType.nvgre],
  ['mpls', TunnelType.mpls],
  ['vxlan-gpe', TunnelType.vxlanGpe],
  ['udp', TunnelType.udp],
  ['native', TunnelType.native]
])

const tunnelNames: ReadonlyMap<number, string> = new Map([
  ...[...tunnelTypes].map(([name, type]) => [type, name] as const),
  [TunnelType.mplsOverGre, 'mpls-o-gre']
])

const unknown = 'ext community: '

/** Undefined where the text is none that configuration or agents may give. */
export function parseTunnelType(text: string): number | undefined {
  return tunnelTypes.get(text)
}

/** `gre`, `udp`, `vxlan` …; `unspecified` for types without a name. */
export function printTunnelType(type: number): string {
  return tunnelNames.get(type) ?? 'unspecified'
}

export function printExtendedCommunities(bytes: Uint8Array, start: number, end: number): string[] {
  const texts: string[] = []
  for (let at = start; at < end; at += extendedLength) texts.push(printExtendedCommunity(bytes, at))
  return texts
}

export function printExtendedCommunity(bytes: Uint8Array, at = 0): string {
  const end = at + extendedLength
  if (isRouteTarget(bytes, at)) return printRouteTarget(bytes.subarray(at, end))
  if (isRouteOrigin(bytes, at)) return printScoped('soo', bytes, at)
  if (isSourceAs(bytes, at)) return printScoped('source-as', bytes, at)
  switch (extendedKindAt(bytes, at)) {
    case ExtendedKind.vrfRouteImport:
      return printScoped('rt-import', bytes, at)
    case ExtendedKind.encapsulation:
      return `encapsulation:${printTunnelType(encapsulationAt(bytes, at))}`
    case ExtendedKind.defaultGateway:
      return `defaultgw:${inet4FromBytes(bytes, at + 4)}`
    case ExtendedKind.loadBalance:
      return `load-balance:${loadBalanceOf(bytes, at, end).sourceBias ? 'source-bias' : 'field-hash'}`
    case ExtendedKind.macMobility: {
      const { sequence, sticky } = macMobilityOf(bytes, at, end)!
      return `mobility:${sticky ? 'sticky' : 'non-sticky'}:${sequence}`
    }
    case ExtendedKind.esiLabel: {
      const { singleActive, label } = esiLabelOf(bytes, at, end)!
      return `esilabel:${singleActive ? 'sa' : 'aa'}:${label}`
    }
    case ExtendedKind.esImport:
      return `esimport:${printMac(bytes, at + 2)}`
    case ExtendedKind.routerMac:
      return `rtrmac:${printMac(bytes, at + 2)}`
    case ExtendedKind.eTree: {
      const { leaf, label } = eTreeOf(bytes, at, end)!
      return `etree:${leaf ? 'leaf' : 'root'}:${label}`
    }
    case ExtendedKind.multicastFlags:
      return `evpn-mcast-flags:${multicastFlagsOf(bytes, at, end)}`
    case ExtendedKind.securityGroup:
    case ExtendedKind.securityGroupAs4:
      return printScoped('secgroup', bytes, at)
    case ExtendedKind.originVn:
    case ExtendedKind.originVnAs4:
      return printScoped('originvn', bytes, at)
    case ExtendedKind.tag:
    case ExtendedKind.tagAs4:
      return printScoped('tag', bytes, at)
    case ExtendedKind.subcluster:
    case ExtendedKind.subclusterAs4:
      return printScoped('subcluster', bytes, at)
    case ExtendedKind.localSequenceNumber:
      return `local_sequence_number:${localSequenceNumberOf(bytes, at, end)}`
    default:
      return `${unknown}${Buffer.from(bytes.subarray(at, end)).toString('hex')}`
  }
}

/** Kinds that configuration may name, as type bits to set and sub-type; the type itself is that of the target. */
const named: ReadonlyMap<string, { readonly type: number; readonly subType: number }> = new Map([
  ['target', { type: 0, subType: 0x02 }],
  ['soo', { type: 0, subType: 0x03 }],
  ['source-as', { type: 0, subType: 0x09 }],
  ['rt-import', { type: 0, subType: 0x0b }],
  ['subcluster', { type: 0x80, subType: 0x85 }]
])

/** 8 bytes: one of the names above, or a number of up to 16 hexadecimal digits. */
export function parseExtendedCommunity(text: string): Uint8Array | undefined {
  const digits = /^(?:0x)?([0-9a-fA-F]{1,16})$/.exec(text)?.[1]
  if (digits !== undefined) return Uint8Array.from(Buffer.from(digits.padStart(16, '0'), 'hex'))
  const colon = text.indexOf(':')
  const kind = named.get(text.slice(0, Math.max(colon, 0)))
  const scope = parseRouteTarget(`target:${text.slice(colon + 1)}`)
  if (kind === undefined || scope === undefined) return undefined
  const value = scope.bytes.slice()
  value[0]! |= kind.type
  value[1] = kind.subType
  // An address where the kind wants an AS, or the reverse, makes a community that is no such kind.
  return printExtendedCommunity(value).startsWith(unknown) ? undefined : value
}

/** A community that is laid out like a route target. */
function printScoped(name: string, bytes: Uint8Array, at: number): string {
  const target = Uint8Array.prototype.slice.call(bytes, at, at + extendedLength)
  target[0]! &= 0x3f
  target[1] = 0x02
  return printRouteTarget(target).replace('target', name)
}
