import t from 'tap'
import { AddPathTables } from '../../../src/bgp/export/add-path-table.js'
import type { BgpExportGroup, TargetFilter } from '../../../src/bgp/export/bgp-export-group.js'
import { BgpExporter } from '../../../src/bgp/export/bgp-exporter.js'
import type { Receiver } from '../../../src/bgp/export/receiver.js'
import { RibOuts } from '../../../src/bgp/export/rib-outs.js'
import type { Source } from '../../../src/bgp/rib/source.js'
import { VirtualScheduler } from '../../../src/runtime/virtual-time.js'
import { agentSource, announce, bgpSource, inetTable, key, ribContext, withdraw } from '../rib/rib-helpers.js'

const group: BgpExportGroup = {
  policy: {
    family: 'inet',
    internal: true,
    peerAs: 0,
    localAs: 65001,
    routerId: 1,
    clusterId: 0,
    nonClient: false,
    controlNode: true,
    asOverride: false,
    privateAsAction: undefined,
    longLived: false,
    tunnelEncapsulations: [],
    nextHop: undefined
  },
  encoding: {
    fourByteAs: true,
    addPath: false,
    extendedNextHop: false,
    maximumLength: 4096,
    form: 'control-node'
  }
}

class Counter implements Receiver {
  announced = 0
  withdrawn = 0
  constructor(
    readonly name: string,
    readonly source: Source
  ) {}
  deliver(segments: Parameters<Receiver['deliver']>[0]): boolean {
    for (const { announced, withdrawn } of segments) {
      this.announced += announced
      this.withdrawn += withdrawn
    }
    return true
  }
  synchronised(): void {}
}

for (const addPath of [false, true]) {
  t.test(`a receiver that begins to ask for a target hears of its routes, ADD-PATH: ${addPath}`, async t => {
    const scheduler = new VirtualScheduler(1)
    const context = ribContext()
    const table = inetTable(context)
    const ribOuts = new RibOuts(scheduler, new AddPathTables(context, scheduler))
    const asking = new Set<Source>()
    const targets: TargetFilter = { allows: (_, receiver) => asking.has(receiver) }
    const [one, two] = [1, 2].map(n => new Counter(`r${n}`, bgpSource(`10.0.0.${n}`, { internal: true })))
    for (const receiver of [one!, two!])
      ribOuts.join(
        table,
        receiver,
        new BgpExporter({ ...group, encoding: { ...group.encoding, addPath } }, context.attributes, targets)
      )
    const agent = agentSource('vr-01')
    announce(context, table, '10.1.0.0/16', agent)
    scheduler.run(10)
    const route = table.find(key('10.1.0.0/16'))!
    // Looked at without anything to say: nothing of it may be remembered.
    table.touch(route)
    scheduler.run(10)
    for (const receiver of [one!, two!]) {
      asking.add(receiver.source)
      table.touch(route)
      scheduler.run(10)
      t.same([receiver.announced, receiver.withdrawn], [1, 0])
    }
    asking.delete(one!.source)
    table.touch(route)
    table.touch(route)
    scheduler.run(10)
    t.same([one!.announced, one!.withdrawn], [1, 1])
    t.same([two!.announced, two!.withdrawn], [1, 0])
    const [ribOut] = ribOuts.of(table)
    for (const receiver of [one!, two!]) ribOuts.leave(table, ribOut!, receiver)
    withdraw(table, '10.1.0.0/16', agent)
    scheduler.run(10)
    t.equal(context.attributes.size, 0)
  })
}
