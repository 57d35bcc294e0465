/** Every request that the node answers, by name. */
import { clearPages } from './pages/clear.js'
import { configPages } from './pages/config.js'
import { graphPages } from './pages/graph.js'
import { graphClientPages } from './pages/graph-clients.js'
import { multicastPages } from './pages/multicast.js'
import { neighborPages } from './pages/neighbors.js'
import { processPages } from './pages/process.js'
import { routeTargetPages } from './pages/route-targets.js'
import { routePages } from './pages/routes.js'
import { serverPages } from './pages/servers.js'
import { servicePages } from './pages/services.js'
import { tablePages } from './pages/tables.js'
import { uvePages } from './pages/uve.js'
import type { Request } from './sandesh/request.js'

export function allRequests(): ReadonlyMap<string, Request> {
  const requests = [
    ...neighborPages,
    ...clearPages,
    ...routePages,
    ...tablePages,
    ...routeTargetPages,
    ...servicePages,
    ...multicastPages,
    ...configPages,
    ...serverPages,
    ...graphPages,
    ...graphClientPages,
    ...processPages(),
    ...uvePages
  ]
  return new Map(requests.map(request => [request.name, request]))
}
