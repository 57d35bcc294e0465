/** Instances, sources and routes by text, and tables as text: what the tests of this folder are written in. */
import { AttributeDb } from '../../src/bgp/rib/attribute-db.js'
import type { AttributeSet } from '../../src/bgp/rib/attribute-set.js'
import { type Path, PathFlag } from '../../src/bgp/rib/path.js'
import { Protocol, Source, SourceKind } from '../../src/bgp/rib/source.js'
import type { RibContext, Table } from '../../src/bgp/rib/table.js'
import { AttributeEditor } from '../../src/bgp/wire/attribute-editor.js'
import { findAttribute, findInternal, valueEnd, valueStart } from '../../src/bgp/wire/attributes.js'
import { AttributeCode, InternalCode } from '../../src/bgp/wire/canonical.js'
import { parseInet4, printInet4 } from '../../src/net/inet.js'
import { parseRd, printRd } from '../../src/net/rd.js'
import { parseRouteTarget } from '../../src/net/route-target.js'
import { endOfCommunities, startOfCommunities } from '../../src/routing-instance/communities.js'
import type { RoutingInstance } from '../../src/routing-instance/instance.js'
import { bareMaster, type InstanceConfig } from '../../src/routing-instance/instance-settings.js'
import { RoutingInstances } from '../../src/routing-instance/instances.js'
import { isTarget, printTarget, targetKeyAt } from '../../src/routing-instance/target-key.js'
import { VirtualScheduler } from '../../src/runtime/virtual-time.js'

export interface InstanceText {
  /** Targets both imported and exported. */
  both?: string
  import?: string
  export?: string
  network?: string
  index?: number
  pnf?: boolean
}

export interface RouteText {
  /** Extended communities: targets, `originvn:<as>:<index>`, or 16 digits. */
  communities?: string
  nextHop?: string
  localPref?: number
  label?: number
  /** Source RD. */
  rd?: string
  flags?: number
  pathId?: number
}

export const identity = { as: 65010, localAs: 65010, identifier: parseInet4('127.0.0.31')! }

export class Lab {
  readonly scheduler = new VirtualScheduler(1)
  readonly rib: RibContext = {
    attributes: new AttributeDb({ k0: 1, k1: 2 }),
    hashKey: { k0: 3, k1: 4 },
    bestPath: { alwaysCompareMed: false, ignoreAsPath: false },
    scheduler: this.scheduler,
    wallClock: () => this.scheduler.wallClock()
  }
  readonly instances = new RoutingInstances({ rib: this.rib, scheduler: this.scheduler })
  readonly #editor = new AttributeEditor()

  constructor(known = identity) {
    this.instances.setIdentity(known)
  }

  configure(name: string, settings: InstanceText): RoutingInstance {
    this.instances.apply(new Map([[name, instanceConfig(name, settings)]]))
    return this.instances.get(name)!
  }

  remove(...names: string[]): void {
    this.instances.apply(new Map(names.map(name => [name, undefined])))
  }

  table(name: string): Table {
    const table = this.instances.table(name)
    if (table === undefined) throw new Error(`no table ${name}`)
    return table
  }

  attributes({ communities = '', nextHop = '10.20.0.7', localPref, rd }: RouteText): AttributeSet {
    const editor = this.#editor.from(new Uint8Array(0))
    editor.setU8(AttributeCode.origin, 0)
    editor.setU32(AttributeCode.nextHop, parseInet4(nextHop)!)
    if (localPref !== undefined) editor.setU32(AttributeCode.localPref, localPref)
    editor.set(AttributeCode.extendedCommunities, communityBytes(communities))
    if (rd !== undefined) editor.setInternal(InternalCode.sourceRd, parseRd(rd)!)
    editor.finish()
    return this.rib.attributes.intern(editor.bytes, 0, editor.end)
  }

  publish(table: string | Table, prefix: string, source: Source, route: RouteText = {}): void {
    const into = typeof table === 'string' ? this.table(table) : table
    const key = keyOf(into, prefix)
    const attributes = this.attributes(route)
    const { flags = 0, pathId = 0, label = 0 } = route
    into.update(key, 0, key.length, source, attributes, flags, pathId, label)
    this.rib.attributes.release(attributes)
  }

  withdraw(table: string | Table, prefix: string, source: Source, pathId = 0): void {
    const from = typeof table === 'string' ? this.table(table) : table
    const key = keyOf(from, prefix)
    from.withdraw(key, 0, key.length, source, pathId)
  }

  /** Lets all slices run. */
  settle(): void {
    this.scheduler.run(1000)
  }

  /** A line per path, ordered by prefix and then best first: `10.1.1.0/24 a nh 10.20.0.7 target:1:1 < red.inet.0` */
  dump(table: string | Table): string[] {
    const of = typeof table === 'string' ? this.table(table) : table
    const lines: [string, string][] = []
    for (let index = 0; index < of.indexEnd; index++) {
      const route = of.at(index)
      for (let path = route?.paths; path !== undefined; path = path.next) {
        lines.push([of.print(route!), printPath(path)])
      }
    }
    return lines.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(line => line.join(' '))
  }

  /** What must be left when every source has withdrawn and no instance is configured. */
  leftovers(): Record<string, number> {
    const { master, groups, interest } = this.instances
    const left: Record<string, number> = { groups: groups.size, interest: [...interest.targets].length }
    for (const table of master.tables.values()) left[table.name] = table.size + table.indexEnd
    return Object.fromEntries(Object.entries(left).filter(([, count]) => count > 0))
  }
}

export function instanceConfig(name: string, settings: InstanceText): InstanceConfig {
  const { both = '', import: imports = '', export: exports = '' } = settings
  const { network = name, index = 0, pnf = false } = settings
  return {
    ...bareMaster,
    name,
    isMaster: false,
    importTargets: targets(`${both} ${imports}`),
    exportTargets: targets(`${both} ${exports}`),
    virtualNetwork: network,
    virtualNetworkIndex: index,
    hasPnf: pnf
  }
}

export function agent(name: string, address = '10.20.0.7'): Source {
  const source = new Source(name, SourceKind.peer, Protocol.xmpp)
  source.routerId = parseInet4(address)!
  source.address = address
  return source
}

export function peer(name: string, as = 65010, address = '127.0.0.41'): Source {
  const source = new Source(name, SourceKind.peer, Protocol.bgp)
  source.internal = as === 65010
  source.as = as
  source.address = address
  source.routerId = parseInet4(address)!
  return source
}

function targets(text: string) {
  return words(text).map(word => parseRouteTarget(word)!)
}

function words(text: string): string[] {
  return text.split(' ').filter(word => word !== '')
}

function keyOf(table: Table, prefix: string): Uint8Array {
  const key = table.family.parse(prefix)
  if (key === undefined) throw new Error(`no prefix of ${table.family.name}: ${prefix}`)
  return key
}

export function communityBytes(text: string): Uint8Array {
  return Buffer.concat(words(text).map(communityOf))
}

function communityOf(text: string): Uint8Array {
  if (text.startsWith('target:')) return parseRouteTarget(text)!.bytes
  const [, as, index] = /^originvn:(\d+):(\d+)$/.exec(text) ?? []
  if (as === undefined) return Buffer.from(text, 'hex')
  const bytes = Buffer.from('8071000000000000', 'hex')
  bytes.writeUInt16BE(Number(as), 2)
  bytes.writeUInt32BE(Number(index), 4)
  return bytes
}

export function printCommunities(attributes: Uint8Array): string {
  const start = startOfCommunities(attributes)
  const printed: string[] = []
  for (let at = start; at >= 0 && at < endOfCommunities(attributes, start); at += 8) {
    const bytes = Buffer.from(attributes.subarray(at, at + 8))
    const code = bytes.readUInt16BE(0)
    if (isTarget(bytes, 0)) printed.push(printTarget(targetKeyAt(bytes, 0)))
    else if (code === 0x8071) printed.push(`originvn:${bytes.readUInt16BE(2)}:${bytes.readUInt32BE(4)}`)
    else if (code === 0x8271) printed.push(`originvn:${bytes.readUInt32BE(2)}L:${bytes.readUInt16BE(6)}`)
    else printed.push(bytes.toString('hex'))
  }
  return printed.join(' ')
}

function printPath(path: Path): string {
  const { bytes, facts } = path.attributes
  const parts = [path.source.name, `nh ${printInet4(u32(bytes, valueStartOf(bytes, AttributeCode.nextHop)))}`]
  if (path.label !== 0) parts.push(`label ${path.label}`)
  if (facts.localPref !== 100) parts.push(`lp ${facts.localPref}`)
  const rd = findInternal(bytes, 0, bytes.length, InternalCode.sourceRd)
  if (rd >= 0) parts.push(`rd ${printRd(bytes, valueStart(bytes, rd))}`)
  if ((path.flags & PathFlag.stale) !== 0) parts.push('stale')
  if ((path.flags & PathFlag.llgrStale) !== 0) parts.push('llgr-stale')
  if (!path.feasible) parts.push('infeasible')
  const communities = printCommunities(bytes)
  if (communities !== '') parts.push(communities)
  if (path.origin !== undefined) parts.push(`< ${path.origin.table.name}`)
  return parts.join(' ')
}

function valueStartOf(bytes: Uint8Array, code: number): number {
  const at = findAttribute(bytes, 0, bytes.length, code)
  if (at < 0 || valueEnd(bytes, at) - valueStart(bytes, at) !== 4) throw new Error(`no attribute ${code}`)
  return valueStart(bytes, at)
}

function u32(bytes: Uint8Array, at: number): number {
  return Buffer.from(bytes.subarray(at, at + 4)).readUInt32BE(0)
}
