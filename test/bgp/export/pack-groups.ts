import type { PackGroup } from '../../../src/bgp/export/exporter.js'

const groups = new WeakMap<object, PackGroup>()

/** For exporters of tests: a group for each state. */
export function groupOf(state: object): PackGroup {
  let group = groups.get(state)
  if (group === undefined) groups.set(state, (group = { lane: 0, slot: 0 }))
  return group
}
