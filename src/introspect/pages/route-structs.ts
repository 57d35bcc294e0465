/** Structures of routes and paths (introspect §3.3, §3.9). */
import { bool, one, type Struct, struct, structs, text, texts, u32 } from '../sandesh/schema.js'
import type { EdgeDiscovery, EdgeForwarding, LoadBalance, Path, PmsiTunnel, Route } from '../view.js'

const pmsiTunnel = struct<PmsiTunnel | undefined>('ShowPmsiTunnel', [
  text('type', 1, p => p?.type ?? ''),
  text('ar_type', 2, p => p?.arType ?? ''),
  text('identifier', 3, p => p?.identifier ?? ''),
  u32('label', 4, p => p?.label ?? 0),
  texts('flags', 5, p => p?.flags ?? [])
])

const loadBalance = struct<LoadBalance | undefined>('ShowLoadBalance', [
  text('decision_type', 1, l => l?.decision ?? ''),
  texts('fields', 2, l => l?.fields ?? [])
])

const edgeDiscovery = struct<EdgeDiscovery>('ShowEdgeDiscovery', [
  text('address', 1, e => e.address),
  text('labels', 2, e => e.labels)
])

const edgeForwarding = struct<EdgeForwarding>('ShowEdgeForwarding', [
  text('in_address_label', 1, e => e.inAddressLabel),
  text('out_address_label', 2, e => e.outAddressLabel)
])

const none: readonly string[] = ['None']

/** `XMPP (interface)` */
const protocolText = (path: Path): string =>
  path.subProtocol === '' ? path.protocol : `${path.protocol} (${path.subProtocol})`

/** A route and those of its paths that are shown. */
export interface ShownRoute {
  readonly prefix: string
  readonly lastModified: number | undefined
  readonly paths: readonly Path[]
}

/** ShowRoute, with its times printed as times or, in ShowRouteVrfResp, as ages. */
export function routeStruct(print: (time: number | undefined) => string): Struct<ShownRoute> {
  const path = struct<Path>('ShowRoutePath', [
    text('protocol', 1, protocolText),
    text('last_modified', 3, p => print(p.lastModified)),
    u32('local_preference', 5, p => p.localPreference),
    u32('med', 25, p => p.med),
    u32('local_as', 6, p => p.localAs),
    u32('peer_as', 7, p => p.peerAs),
    text('peer_router_id', 8, p => p.peerRouterId),
    text('source', 9, p => p.source),
    text('as_path', 10, p => p.asPath),
    text('as4_path', 30, p => p.as4Path),
    text('next_hop', 11, p => p.nextHop),
    u32('label', 12, p => p.label),
    text('origin', 26, p => p.origin),
    bool('replicated', 13, p => p.replicated),
    text('primary_table', 14, p => p.primaryTable, { link: 'ShowRouteReq' }),
    texts('secondary_tables', 24, p => p.secondaryTables),
    texts('communities', 15, p => p.communities),
    text('origin_vn', 16, p => p.originVn),
    texts('flags', 17, p => (p.flags.length === 0 ? none : p.flags)),
    texts('tunnel_encap', 18, p => p.tunnelEncapsulations),
    text('sequence_no', 19, p => (p.sequence === undefined ? '' : String(p.sequence))),
    texts('origin_vn_path', 20, p => p.originVnPath),
    one('pmsi_tunnel', 21, optional(pmsiTunnel), p => ({ value: p.pmsiTunnel })),
    one('load_balance', 22, optional(loadBalance), p => ({ value: p.loadBalance })),
    texts('cluster_list', 23, p => p.clusterList),
    text('originator_id', 27, p => p.originatorId),
    structs('edge_discovery', 28, edgeDiscovery, p => p.edgeDiscovery),
    structs('edge_forwarding', 29, edgeForwarding, p => p.edgeForwarding)
  ])
  return struct<ShownRoute>('ShowRoute', [
    text('prefix', 1, r => r.prefix),
    text('last_modified', 2, r => print(r.lastModified)),
    structs('paths', 3, path, r => r.paths)
  ])
}

/** For structures that are there also when there is nothing to tell, with empty fields. */
function optional<T>(of: Struct<T | undefined>): Struct<{ readonly value: T | undefined }> {
  return { name: of.name, fields: of.fields.map(field => from => field(from.value)) }
}

const briefPath = struct<Path>('ShowRoutePathBrief', [
  text('protocol', 1, protocolText),
  u32('local_preference', 2, p => p.localPreference),
  u32('med', 6, p => p.med),
  text('source', 3, p => p.source),
  text('next_hop', 4, p => p.nextHop),
  u32('label', 5, p => p.label)
])

/** ShowRouteBrief; empty fields for a route that is not there. */
export const routeBrief = optional(
  struct<Route | undefined>('ShowRouteBrief', [
    text('prefix', 1, r => r?.prefix ?? ''),
    structs('paths', 2, briefPath, r => r?.paths ?? [])
  ])
)
