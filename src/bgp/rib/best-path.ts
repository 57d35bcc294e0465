import type { AttributeFacts } from './attribute-set.js'
import { compareBytes } from './compare-bytes.js'
import { infeasibleFlags, type Path, PathFlag } from './path.js'
import { Protocol, type Source } from './source.js'

/** The steps in their order (routing.md 1.6). Steps up to `med` decide; behind it, paths share the load (ECMP). */
export const Step = {
  infeasible: 1,
  lastResort: 2,
  localPref: 3,
  leaf: 4,
  sticky: 5,
  mobility: 6,
  llgrStale: 7,
  aigp: 8,
  asPathLength: 9,
  origin: 10,
  med: 11,
  alias: 12,
  asPathLengthPostponed: 13,
  local: 14,
  sourceKind: 15,
  localPathId: 16,
  protocol: 17,
  internal: 18,
  pathId: 19,
  routerId: 20,
  clusterListLength: 21,
  peerAddress: 22,
  peerPathId: 23
} as const

/** The steps in words, for "why is this path best". */
export const stepNames: Readonly<Record<number, string>> = {
  1: 'feasible',
  2: 'not long-lived stale',
  3: 'higher local preference',
  4: 'root over leaf',
  5: 'MAC not sticky',
  6: 'higher MAC mobility sequence',
  7: 'not long-lived stale',
  8: 'lower accumulated IGP metric',
  9: 'shorter AS path',
  10: 'lower origin',
  11: 'lower MED',
  12: 'not an alias',
  13: 'shorter AS path',
  14: 'locally generated',
  15: 'kind of source',
  16: 'lower path id',
  17: 'XMPP over BGP',
  18: 'eBGP over iBGP',
  19: 'lower path id',
  20: 'lower router id',
  21: 'shorter cluster list',
  22: 'lower peer address',
  23: 'lower path id'
}

export interface BestPathSettings {
  /** MED is compared whatever the neighbour AS. */
  alwaysCompareMed: boolean
  ignoreAsPath: boolean
}

/**
 * Negative: `a` is preferred; positive: `b`. The size is the step that decided (a value of `Step`), so that "why is
 * this path best" is answered by the code that chose it; above `Step.med` the two share the load.
 */
export function comparePaths(a: Path, b: Path, settings: BestPathSettings): number {
  const x = a.attributes.facts
  const y = b.attributes.facts
  const bothHaveOriginVnPath = x.hasOriginVnPath && y.hasOriginVnPath
  const from = a.source
  const to = b.source
  return (
    lower(Step.infeasible, infeasible(a), infeasible(b)) ||
    // RFC 9494 §4.3 has it here; contrail-control, whose siblings must choose as it does, further down.
    lower(Step.lastResort, lastResort(a), lastResort(b)) ||
    higher(Step.localPref, x.localPref, y.localPref) ||
    lower(Step.leaf, Number(x.leaf), Number(y.leaf)) ||
    lower(Step.sticky, Number(x.sticky), Number(y.sticky)) ||
    higher(Step.mobility, x.mobilitySequence, y.mobilitySequence) ||
    lower(Step.llgrStale, llgrStale(a), llgrStale(b)) ||
    (x.aigp === y.aigp ? 0 : byAigp(x.aigp, y.aigp)) ||
    (settings.ignoreAsPath || bothHaveOriginVnPath
      ? 0
      : lower(Step.asPathLength, x.asPathLength, y.asPathLength)) ||
    lower(Step.origin, x.origin, y.origin) ||
    (medsCompare(x, y, settings) ? lower(Step.med, x.med, y.med) : 0) ||
    lower(Step.alias, a.flags & PathFlag.aliasedPath, b.flags & PathFlag.aliasedPath) ||
    (bothHaveOriginVnPath ? lower(Step.asPathLengthPostponed, x.asPathLength, y.asPathLength) : 0) ||
    lower(Step.local, from.protocol === Protocol.none ? 0 : 1, to.protocol === Protocol.none ? 0 : 1) ||
    higher(Step.sourceKind, from.kind, to.kind) ||
    (from.protocol === Protocol.none ? lower(Step.localPathId, a.pathId, b.pathId) : comparePeers(a, b))
  )
}

/** Steps 17 to 23, between two paths learnt from peers. */
function comparePeers(a: Path, b: Path): number {
  const x = a.attributes.facts
  const y = b.attributes.facts
  const from = a.source
  const to = b.source
  return (
    higher(Step.protocol, from.protocol, to.protocol) ||
    lower(Step.internal, interior(from), interior(to)) ||
    // An agent's is its next hop. A router's is its own choice and says nothing beside another's (RFC 7911 §3).
    (from.protocol === Protocol.bgp ? 0 : lower(Step.pathId, a.pathId, b.pathId)) ||
    lower(Step.routerId, x.originatorId || from.routerId, y.originatorId || to.routerId) || // RFC 4456 §9
    lower(Step.clusterListLength, x.clusterListLength, y.clusterListLength) ||
    (from.protocol === Protocol.bgp ? compareText(Step.peerAddress, from.sortKey, to.sortKey) : 0) ||
    // Last of all: were it between others, three paths of two neighbours could be in a circle.
    (from === to ? lower(Step.peerPathId, a.pathId, b.pathId) : 0)
  )
}

/** `a` and `b` are equally good up to and including MED: they share the load (routing.md 1.7). */
export function shareLoad(a: Path, b: Path, settings: BestPathSettings): boolean {
  const step = Math.abs(comparePaths(a, b, settings))
  return step === 0 || step > Step.med
}

/**
 * Orders the paths of a route, best first, and gives the first. MED compares only some pairs, so the order is not
 * transitive: ranking starts from source order, or the outcome would depend on which path came first
 * (docs/decisions/0003).
 */
export function rank(paths: Path[], settings: BestPathSettings): Path | undefined {
  if (paths.length > 1) {
    paths.sort(bySource)
    paths.sort((a, b) => comparePaths(a, b, settings))
    for (let i = 1; i < paths.length; i++) paths[i - 1]!.next = paths[i]
  }
  const last = paths[paths.length - 1]
  if (last !== undefined) last.next = undefined
  return paths[0]
}

/** The paths `from` and those behind it, together with `other`, are in an order that is that of each pair. */
export function isTransitive(from: Path, other: Path, settings: BestPathSettings): boolean {
  const { facts } = other.attributes
  for (let path: Path | undefined = from; path !== undefined; path = path.next) {
    const { med, hasOriginVnPath } = path.attributes.facts
    if (med !== facts.med && !settings.alwaysCompareMed) return false
    if (hasOriginVnPath !== facts.hasOriginVnPath) return false
  }
  return true
}

/**
 * Puts one path into a list that is ranked already, and gives the first: what `rank` would make of all of them, at
 * the cost of looking at them once. Undefined, and nothing is done, where only `rank` can say: where steps that
 * compare some pairs of these paths and not others could decide, so that the order need not be transitive.
 */
export function insert(ranked: Path, path: Path, settings: BestPathSettings): Path | undefined {
  if (!isTransitive(ranked, path, settings)) return undefined
  let before: Path | undefined
  let next: Path | undefined = ranked
  while (next !== undefined && (comparePaths(path, next, settings) || bySource(path, next)) > 0) {
    before = next
    next = next.next
  }
  path.next = next
  if (before === undefined) return path
  before.next = path
  return ranked
}

/** A fixed order of the paths of a route that no time of arrival enters. */
export function bySource(a: Path, b: Path): number {
  return (
    compareText(1, a.source.sortKey, b.source.sortKey) ||
    a.source.kind - b.source.kind ||
    a.pathId - b.pathId ||
    byOrigin(a, b)
  )
}

function byOrigin(a: Path, b: Path): number {
  if (a.origin === b.origin) return 0
  if (a.origin === undefined) return -1
  if (b.origin === undefined) return 1
  return (
    compareText(1, a.origin.table.name, b.origin.table.name) ||
    compareBytes(a.origin.table.copyKey(a.origin), b.origin.table.copyKey(b.origin))
  )
}

function infeasible(path: Path): number {
  return (path.flags & infeasibleFlags) === 0 ? 0 : 1
}

function llgrStale(path: Path): number {
  return (path.flags & PathFlag.llgrStale) !== 0 || path.attributes.facts.llgrStale ? 1 : 0
}

function lastResort(path: Path): number {
  return path.source.staleIsLast ? llgrStale(path) : 0
}

/**
 * RFC 7311 §4.1: a path with a metric before one without, then the lower. The distance to the next hop, which would be
 * added, is 0 for all of them: this node takes part in no IGP.
 */
function byAigp(l: bigint | undefined, r: bigint | undefined): number {
  if (l === undefined) return Step.aigp
  return r === undefined || l < r ? -Step.aigp : Step.aigp
}

/** What came from another member of the confederation counts as internal (RFC 5065 §5.3). */
function interior(source: Source): number {
  return source.internal || source.member ? 1 : 0
}

function medsCompare(x: AttributeFacts, y: AttributeFacts, settings: BestPathSettings): boolean {
  if (settings.alwaysCompareMed) return true
  // Paths without a hop are of our own AS; MEDs of two that are empty are not compared (routing.md 1.6).
  const areOurs = x.asPathLength === 0 && y.asPathLength === 0
  return (x.neighborAs === y.neighborAs || areOurs) && (x.neighborAs !== 0 || y.neighborAs !== 0)
}

const lower = (step: number, l: number, r: number): number => (l === r ? 0 : l < r ? -step : step)
const higher = (step: number, l: number, r: number): number => lower(step, r, l)
const compareText = (step: number, l: string, r: string): number => (l === r ? 0 : l < r ? -step : step)
