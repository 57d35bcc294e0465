import { AttributeDb } from '../../../src/bgp/rib/attribute-db.js'
import type { AttributeSet } from '../../../src/bgp/rib/attribute-set.js'
import type { Path } from '../../../src/bgp/rib/path.js'
import type { Route } from '../../../src/bgp/rib/route.js'
import { Protocol, Source, SourceKind } from '../../../src/bgp/rib/source.js'
import { type RibContext, Table } from '../../../src/bgp/rib/table.js'
import { inet } from '../../../src/bgp/wire/family/inet.js'
import type { Scheduler } from '../../../src/runtime/scheduler.js'
import { VirtualScheduler } from '../../../src/runtime/virtual-time.js'

export const hashKey = { k0: 0x01234567, k1: 0x89abcdef }

export function ribContext(scheduler: Scheduler = new VirtualScheduler()): RibContext {
  return {
    attributes: new AttributeDb(hashKey),
    hashKey,
    bestPath: { alwaysCompareMed: false, ignoreAsPath: false },
    scheduler,
    wallClock: () => 1_700_000_000_000
  }
}

export interface AttributeTexts {
  origin?: number
  /** Hops from the left; undefined: no AS_PATH. */
  asPath?: number[]
  nextHop?: string
  med?: number
  localPref?: number
  communities?: number[]
  originatorId?: number
  clusterList?: number[]
  /** 8 bytes each, in hex. */
  extended?: string[]
  originVnPath?: boolean
  /** The accumulated IGP metric. */
  aigp?: bigint
}

/** Canonical bytes, written out by hand so that no codec under test has a part in it. */
export function canonical(texts: AttributeTexts): Uint8Array {
  const out: number[] = []
  const put = (flags: number, code: number, value: number[]): void => {
    out.push(flags, code, value.length, ...value)
  }
  const u32 = (value: number): number[] => [
    value >>> 24,
    (value >>> 16) & 255,
    (value >>> 8) & 255,
    value & 255
  ]
  put(0x40, 1, [texts.origin ?? 0])
  if (texts.asPath !== undefined) {
    put(0x40, 2, texts.asPath.length === 0 ? [] : [2, texts.asPath.length, ...texts.asPath.flatMap(u32)])
  }
  put(0x40, 3, (texts.nextHop ?? '192.0.2.1').split('.').map(Number))
  if (texts.med !== undefined) put(0x80, 4, u32(texts.med))
  if (texts.localPref !== undefined) put(0x40, 5, u32(texts.localPref))
  if (texts.communities !== undefined) put(0xc0, 8, texts.communities.flatMap(u32))
  if (texts.originatorId !== undefined) put(0x80, 9, u32(texts.originatorId))
  if (texts.clusterList !== undefined) put(0x80, 10, texts.clusterList.flatMap(u32))
  if (texts.extended !== undefined) put(0xc0, 16, [...Buffer.from(texts.extended.join(''), 'hex')])
  if (texts.aigp !== undefined) {
    const metric = Number(texts.aigp >> 32n)
    put(0x80, 26, [1, 0, 11, ...u32(metric), ...u32(Number(texts.aigp & 0xffffffffn))])
  }
  if (texts.originVnPath === true) put(0xc0, 243, [0x80, 0x71, 0xfc, 0, 0, 0, 0, 7])
  return Uint8Array.from(out)
}

export function intern(db: AttributeDb, texts: AttributeTexts = {}): AttributeSet {
  const bytes = canonical(texts)
  return db.intern(bytes, 0, bytes.length)
}

export function inetTable(context: RibContext, name = 'inet.0'): Table {
  return new Table(name, inet, context)
}

export function key(text: string): Uint8Array {
  const bytes = inet.parse(text)
  if (bytes === undefined) throw new Error(`no prefix: ${text}`)
  return bytes
}

/** Sets a path and gives up the caller's hold, as a peer does after a message. */
export function announce(
  context: RibContext,
  table: Table,
  prefix: string,
  source: Source,
  texts: AttributeTexts = {},
  flags = 0,
  pathId = 0
): void {
  const attributes = intern(context.attributes, texts)
  const bytes = key(prefix)
  table.update(bytes, 0, bytes.length, source, attributes, flags, pathId)
  context.attributes.release(attributes)
}

export function withdraw(table: Table, prefix: string, source: Source, pathId = 0): boolean {
  const bytes = key(prefix)
  return table.withdraw(bytes, 0, bytes.length, source, pathId)
}

export function bgpSource(
  name: string,
  options: { internal?: boolean; routerId?: number; as?: number } = {}
): Source {
  const source = new Source(name, SourceKind.peer, Protocol.bgp, name)
  source.internal = options.internal ?? false
  source.routerId = options.routerId ?? 1
  source.as = options.as ?? 65001
  return source
}

export function agentSource(name: string): Source {
  return new Source(name, SourceKind.peer, Protocol.xmpp, name)
}

export function localSource(name: string, kind: SourceKind = SourceKind.local): Source {
  const source = new Source(name, kind, Protocol.none, name)
  source.severalPaths = true
  return source
}

export function pathsOf(route: Route | undefined): Path[] {
  const paths: Path[] = []
  for (let path = route?.paths; path !== undefined; path = path.next) paths.push(path)
  return paths
}
