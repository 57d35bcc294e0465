import type { Outlook } from '../bgp/peer/change-plan.js'
import { ConfigModel } from '../config/config-model.js'
import type { NeighbourConfig } from '../config/neighbour-config.js'
import { GraphFeed } from '../config-store/graph-feed.js'
import type { ConfigObject } from '../ifmap/config-object.js'
import { Graph } from '../ifmap/graph.js'
import type { Scheduler } from '../runtime/scheduler.js'

/** Few: nobody waits for a dry run, while the node that runs goes on. */
const perSlice = 100

/** What a node of that name would make of the objects and of its own file. */
export function outlookOf(
  objects: Iterable<ConfigObject>,
  hostname: string,
  config: NeighbourConfig,
  scheduler: Scheduler
): Promise<Outlook> {
  return new Promise(resolve => {
    const graph = new Graph()
    const model = new ConfigModel({
      graph,
      scheduler,
      hostname,
      derivationsPerSlice: perSlice,
      changed: ({ endOfConfig }) => {
        if (!endOfConfig) return
        const { globals, peers, instances } = model
        model.stop()
        resolve({ globals, peers, instances, config })
      }
    })
    const feed = new GraphFeed({
      graph,
      scheduler,
      objectsPerSlice: perSlice,
      endOfConfig: () => model.endConfig()
    })
    feed.changed({ updated: [...objects], removed: [] })
    feed.endOfConfig()
  })
}
