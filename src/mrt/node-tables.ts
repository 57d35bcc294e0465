import type { ControlNode } from '../control-node.js'
import { type DumpPeer, TableDump } from './table-dump.js'

/** All tables of the master instance, where the routes of all are; or one table, of whichever instance. */
export function dumpTables(node: ControlNode, name: string | undefined): TableDump | undefined {
  const { instances, globals } = node
  const named = name === undefined ? undefined : instances.table(name)
  if (name !== undefined && named === undefined) return undefined
  const tables = named === undefined ? [...instances.master.tables.values()] : [named]
  const self: DumpPeer = {
    source: undefined,
    address: '',
    as: globals?.self?.localAs ?? 0,
    identifier: globals?.self?.identifier ?? 0,
    addPath: noFamilies
  }
  const peers = [...node.peers].map(({ name, source, session }): DumpPeer => {
    const address = node.peers.settingsOf(name)?.address ?? source.address
    const families = session.negotiated?.families.filter(each => each.addPathReceive) ?? []
    const addPath = new Set(families.map(({ family }) => family))
    return { source, address, as: source.as, identifier: source.routerId, addPath }
  })
  return new TableDump(tables, [self, ...peers], node.options.scheduler.wallClock())
}

const noFamilies: DumpPeer['addPath'] = new Set()
