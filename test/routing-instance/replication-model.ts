/**
 * Replication worked out from its inputs alone, by text and sets: the reference that the incremental one is held
 * against. Paths differ in local preference only, so a path is copied exactly when nothing better is in its table.
 */
import { printInet4 } from '../../src/net/inet.js'
import { identity } from './lab.js'

export interface ModelInstance {
  name: string
  /** As the node allotted it. */
  index: number
  imports: readonly string[]
  exports: readonly string[]
  network: number
}

export interface ModelPath {
  /** Instance, or `vpn`. */
  table: string
  /** RD of a path in the VPN table; source RD, or empty, of one in an instance. */
  rd: string
  prefix: string
  source: string
  pathId: number
  nextHop: string
  localPref: number
  communities: readonly string[]
  feasible: boolean
  /** It began in the instance: it gets the instance's network. */
  originates: boolean
}

const { as } = identity

/** The lines of all tables, as `Lab.dump` prints them, sorted; by table name. */
export function model(
  instances: readonly ModelInstance[],
  paths: readonly ModelPath[]
): Map<string, string[]> {
  const lines = new Map<string, string[]>([['bgp.l3vpn.0', []]])
  for (const { name } of instances) lines.set(`${name}.inet.0`, [])
  const best = new Map<string, number>()
  const put = (
    path: ModelPath,
    table: string,
    rd: string,
    communities: readonly string[],
    origin: string
  ) => {
    const printed = table === 'vpn' ? `${rd}:${path.prefix}` : path.prefix
    const place = `${table} ${printed}`
    if (path.feasible) best.set(place, Math.max(best.get(place) ?? 0, path.localPref))
    lines.get(tableName(table))!.push(printLine(path, printed, table, rd, communities, origin))
  }
  for (const path of paths) put(path, path.table, path.rd, sorted(path.communities), '')
  const byPreference = [...paths].sort((a, b) => b.localPref - a.localPref)
  // Copies of better paths are in place before it is asked whether a path is among the best of its table.
  for (const path of byPreference) {
    const printed = path.table === 'vpn' ? `${path.rd}:${path.prefix}` : path.prefix
    if (!path.feasible || best.get(`${path.table} ${printed}`) !== path.localPref) continue
    for (const copy of copiesOf(path, instances)) {
      put(path, copy.table, copy.rd, copy.communities, tableName(path.table))
    }
  }
  for (const of of lines.values()) of.sort()
  return lines
}

interface Copy {
  table: string
  rd: string
  communities: readonly string[]
}

function copiesOf(path: ModelPath, instances: readonly ModelInstance[]): Copy[] {
  const home = instances.find(({ name }) => name === path.table)
  if (home?.exports.length === 0) return []
  const communities = [...new Set([...path.communities, ...(home?.exports ?? [])])]
  const targets = communities.filter(isTarget)
  const origin = communities.find(community => !isTarget(community))
  let settled = origin
  if (home !== undefined) {
    if (settled === undefined && path.originates && home.network > 0)
      settled = `originvn:${as}:${home.network}`
  } else if (settled === undefined || !isTrusted(settled)) {
    const network = networkOf(targets, instances)
    settled = network === 0 ? undefined : `originvn:${as}:${network}`
  }
  const copies: Copy[] = []
  const known = instances.some(({ imports, exports }) =>
    targets.some(target => imports.includes(target) || exports.includes(target))
  )
  const withOrigin = (vn: string | undefined) => sorted(vn === undefined ? targets : [...targets, vn])
  const own = home === undefined ? '' : `${printInet4(identity.identifier)}:${home.index}`
  if (home !== undefined && known) {
    copies.push({ table: 'vpn', rd: path.rd || own, communities: withOrigin(settled) })
  }
  for (const instance of instances) {
    const { name, imports, exports, network } = instance
    if (instance === home || !imports.some(target => targets.includes(target))) continue
    const exported = network > 0 && exports.some(target => targets.includes(target))
    const vn = settled ?? (exported ? `originvn:${as}:${network}` : undefined)
    copies.push({ table: name, rd: path.rd, communities: withOrigin(vn) })
  }
  return copies
}

function networkOf(targets: readonly string[], instances: readonly ModelInstance[]): number {
  const networks = new Set<number>()
  for (const { imports, exports, network } of instances) {
    if (network > 0 && targets.some(target => imports.includes(target) && exports.includes(target))) {
      networks.add(network)
    }
  }
  const [only = 0] = networks
  return networks.size === 1 ? only : 0
}

const isTarget = (community: string) => community.startsWith('target:')
const isTrusted = (origin: string) =>
  origin.startsWith(`originvn:${as}:`) || Number(origin.split(':')[2]) >= 8000000
const tableName = (table: string) => (table === 'vpn' ? 'bgp.l3vpn.0' : `${table}.inet.0`)
/** Byte order: targets (of one AS) by number, origins behind them. */
const sorted = (communities: readonly string[]) =>
  [...communities].sort((a, b) => Number(isTarget(b)) - Number(isTarget(a)) || (a < b ? -1 : 1))

function printLine(
  path: ModelPath,
  prefix: string,
  table: string,
  rd: string,
  communities: readonly string[],
  origin: string
): string {
  const isOwnVpn = table === 'vpn' && origin === ''
  return [
    prefix,
    path.source,
    `nh ${path.nextHop}`,
    ...(path.localPref === 100 ? [] : [`lp ${path.localPref}`]),
    ...(rd === '' || isOwnVpn ? [] : [`rd ${rd}`]),
    ...(path.feasible ? [] : ['infeasible']),
    ...communities,
    ...(origin === '' ? [] : [`< ${origin}`])
  ].join(' ')
}
