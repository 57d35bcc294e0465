/** Marks again what was born in the subcluster, in slices, when its number changes (spec bgp 17.2, T-SUB-1). */
import type { AttributeDb } from '../bgp/rib/attribute-db.js'
import { type Path, PathFlag } from '../bgp/rib/path.js'
import type { Route } from '../bgp/rib/route.js'
import { Protocol } from '../bgp/rib/source.js'
import { type SubclusterMark, withSubcluster } from '../bgp/rib/subcluster-mark.js'
import type { FamilyName } from '../bgp/wire/family.js'
import type { Scheduler } from '../runtime/scheduler.js'
import type { RoutingInstance } from './instance.js'
import { Sweep } from './sweep.js'

/** Those that routing policies apply to. */
const markedFamilies: readonly FamilyName[] = ['inet', 'inet6', 'inet-labeled']

/** No route born here has a subcluster of its own: any that it carries is an older mark. */
export function markAgain(
  instances: Iterable<RoutingInstance>,
  mark: SubclusterMark,
  attributes: AttributeDb,
  scheduler: Scheduler
): void {
  for (const instance of instances) {
    for (const family of markedFamilies) {
      const table = instance.table(family)
      if (table === undefined || table.size === 0) continue
      new Sweep(table, scheduler, route => markRoute(route, instance.isMaster, mark, attributes)).request()
    }
  }
}

function markRoute(route: Route, inMaster: boolean, mark: SubclusterMark, attributes: AttributeDb): void {
  const { table } = route
  const born: Path[] = []
  for (let path = route.paths; path !== undefined; path = path.next)
    if (isBornHere(path, inMaster)) born.push(path)
  for (const { source, attributes: set, flags, pathId, label, l3Label } of born) {
    const key = table.copyKey(route)
    const marked = withSubcluster(set, mark.community, attributes)
    table.update(key, 0, key.length, source, marked, flags, pathId, label, l3Label)
    attributes.release(marked)
  }
}

/** Of an agent, or of a client of BGP as a service: no other neighbour is in an ordinary instance. */
function isBornHere({ source, origin, flags }: Path, inMaster: boolean): boolean {
  if (origin !== undefined || (flags & PathFlag.resolvedPath) !== 0) return false
  return source.protocol === Protocol.xmpp || (source.protocol === Protocol.bgp && !inMaster)
}
