/** The tables of an instance with their resolver, routes by text, and what is resolved as text. */
import { AttributeDb } from '../../src/bgp/rib/attribute-db.js'
import { attributeOf } from '../../src/bgp/rib/attribute-set.js'
import { type Path, PathFlag } from '../../src/bgp/rib/path.js'
import { Protocol, Source, SourceKind } from '../../src/bgp/rib/source.js'
import { sourceRdOf } from '../../src/bgp/rib/source-rd.js'
import { type RibContext, Table } from '../../src/bgp/rib/table.js'
import { AttributeEditor } from '../../src/bgp/wire/attribute-editor.js'
import { valueEnd, valueStart } from '../../src/bgp/wire/attributes.js'
import { AttributeCode, InternalCode } from '../../src/bgp/wire/canonical.js'
import { inet } from '../../src/bgp/wire/family/inet.js'
import { inet6 } from '../../src/bgp/wire/family/inet6.js'
import { parseIp, printIp } from '../../src/net/ip.js'
import { parseRd, printRd } from '../../src/net/rd.js'
import { PathResolver } from '../../src/path-resolver/path-resolver.js'
import { VirtualScheduler } from '../../src/runtime/virtual-time.js'

export interface RouteText {
  readonly nextHop: string
  readonly rd?: string
  readonly label?: number
  readonly flags?: number
  readonly pathId?: number
  readonly localPref?: number
  readonly med?: number
  /** AS numbers of the path. */
  readonly asPath?: readonly number[]
  /** Eight bytes each, in hex. */
  readonly communities?: readonly string[]
  readonly origin?: Path['origin']
}

export class ResolverLab {
  readonly scheduler: VirtualScheduler
  readonly rib: RibContext
  readonly inet: Table
  readonly inet6: Table
  readonly #sources = new Map<string, Source>()
  readonly #editor = new AttributeEditor()
  resolver: PathResolver

  /** `turnOverChance`: of the scheduler; 1: a slice is one step. */
  constructor(turnOverChance = 0) {
    const scheduler = new VirtualScheduler(1, { turnOverChance })
    this.scheduler = scheduler
    this.rib = {
      attributes: new AttributeDb({ k0: 1, k1: 2 }),
      hashKey: { k0: 3, k1: 4 },
      bestPath: { alwaysCompareMed: false, ignoreAsPath: false },
      scheduler,
      wallClock: () => scheduler.wallClock()
    }
    this.inet = new Table('red.inet.0', inet, this.rib)
    this.inet6 = new Table('red.inet6.0', inet6, this.rib)
    this.resolver = this.resolve()
  }

  resolve(): PathResolver {
    const { attributes, hashKey } = this.rib
    return new PathResolver(this.inet, this.inet6, { attributes, hashKey, scheduler: this.scheduler })
  }

  tableOf(prefix: string): Table {
    return prefix.includes(':') ? this.inet6 : this.inet
  }

  source(name: string, protocol: Protocol = Protocol.bgp): Source {
    let source = this.#sources.get(name)
    if (source === undefined) {
      source = new Source(name, SourceKind.peer, protocol)
      source.severalPaths = protocol === Protocol.xmpp
      this.#sources.set(name, source)
    }
    return source
  }

  /** A route of a tenant, to be resolved. */
  announce(prefix: string, from: string, route: RouteText): void {
    const flags = PathFlag.resolveNextHop | (route.flags ?? 0)
    this.put(prefix, this.source(from), { asPath: [65001], ...route, flags })
  }

  /** A machine's address, from an agent. */
  machine(prefix: string, agent: string, route: RouteText): void {
    this.put(prefix, this.source(agent, Protocol.xmpp), { rd: `${route.nextHop}:4`, ...route })
  }

  put(prefix: string, source: Source, route: RouteText): void {
    const table = this.tableOf(prefix)
    const key = table.family.parse(prefix)!
    const editor = this.#editor.from(new Uint8Array(0)).setU8(AttributeCode.origin, 0)
    const { asPath = [] } = route
    if (asPath.length > 0) {
      const value = new DataView(new ArrayBuffer(2 + 4 * asPath.length))
      value.setUint8(0, 2)
      value.setUint8(1, asPath.length)
      for (const [i, as] of asPath.entries()) value.setUint32(2 + 4 * i, as)
      editor.set(AttributeCode.asPath, new Uint8Array(value.buffer))
    }
    editor.set(AttributeCode.nextHop, parseIp(route.nextHop)!)
    if (route.med !== undefined) editor.setU32(AttributeCode.multiExitDisc, route.med)
    if (route.localPref !== undefined) editor.setU32(AttributeCode.localPref, route.localPref)
    const communities = Buffer.from((route.communities ?? []).join(''), 'hex')
    if (communities.length > 0) editor.set(AttributeCode.extendedCommunities, communities)
    if (route.rd !== undefined) editor.setInternal(InternalCode.sourceRd, parseRd(route.rd)!)
    editor.finish()
    const { attributes } = this.rib
    const set = attributes.intern(editor.bytes, 0, editor.end)
    const { flags = 0, pathId = 0, label = 0, origin } = route
    table.update(key, 0, key.length, source, set, flags, pathId, label, -1, origin)
    attributes.release(set)
  }

  withdraw(prefix: string, from: string, pathId = 0): void {
    const table = this.tableOf(prefix)
    const key = table.family.parse(prefix)!
    table.withdraw(key, 0, key.length, this.#sources.get(from)!, pathId)
  }

  /** As `withdraw`, whether or not there is such a path. */
  leave(prefix: string, from: string): void {
    const source = this.#sources.get(from)
    if (source !== undefined) this.withdraw(prefix, from, source.protocol === Protocol.xmpp ? 1 : 0)
  }

  run(): void {
    this.scheduler.run(100)
  }

  paths(prefix: string): Path[] {
    const table = this.tableOf(prefix)
    const paths: Path[] = []
    for (let path = table.find(table.family.parse(prefix)!)?.paths; path !== undefined; path = path.next)
      paths.push(path)
    return paths
  }

  /** `source nextHop rd label`, in order of the text. */
  resolved(prefix: string): string[] {
    this.run()
    return this.paths(prefix)
      .filter(path => (path.flags & PathFlag.resolvedPath) !== 0 && path.origin === undefined)
      .map(path => {
        const { source, attributes, label } = path
        const rd = sourceRdOf(attributes)
        return `${source.name} ${nextHopOf(path)} ${rd === undefined ? '-' : printRd(rd)} ${label}`
      })
      .sort()
  }

  /** All that is resolved, by prefix. */
  all(): Record<string, string[]> {
    this.run()
    const all: Record<string, string[]> = {}
    for (const table of [this.inet, this.inet6]) {
      for (let index = 0; index < table.indexEnd; index++) {
        const route = table.at(index)
        if (route === undefined) continue
        const prefix = table.print(route)
        const resolved = this.resolved(prefix)
        if (resolved.length > 0) all[prefix] = resolved
      }
    }
    return all
  }
}

export function nextHopOf({ attributes }: Path): string {
  const at = attributeOf(attributes, AttributeCode.nextHop)
  const { memory } = attributes
  return printIp(memory.slice(valueStart(memory, at), valueEnd(memory, at)))
}

export function communitiesOf({ attributes }: Path): string[] {
  const at = attributeOf(attributes, AttributeCode.extendedCommunities)
  const { memory } = attributes
  const communities: string[] = []
  if (at >= 0)
    for (let i = valueStart(memory, at); i < valueEnd(memory, at); i += 8)
      communities.push(Buffer.from(memory.slice(i, i + 8)).toString('hex'))
  return communities
}
