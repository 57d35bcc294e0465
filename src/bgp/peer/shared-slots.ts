/**
 * Neighbours of the graph that Linux keeps one TCP MD5 key for between them, and that have different ones: the same
 * link-local address on two interfaces. In the node's own file that is an error; objects come one by one, and each is
 * good by itself.
 */
import { keySlot } from '../../net/key-slot.js'

export interface KeyedNeighbour {
  readonly name: string
  readonly address: string
  /** In the order in which they take turns; empty: none. */
  readonly keys: readonly string[]
}

/** By name, those whose key is not that of the first by name at their address: who that is, and what for. */
export function keyConflicts(neighbours: Iterable<KeyedNeighbour>): Map<string, string> {
  const bySlot = new Map<string, KeyedNeighbour[]>()
  for (const neighbour of neighbours) {
    // Without an interface nobody else has the address.
    if (!neighbour.address.includes('%')) continue
    const slot = keySlot(neighbour.address)
    const sharing = bySlot.get(slot)
    if (sharing === undefined) bySlot.set(slot, [neighbour])
    else sharing.push(neighbour)
  }
  const conflicts = new Map<string, string>()
  for (const [slot, sharing] of bySlot) {
    const [first, ...others] = sharing.sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const { name, address, keys } of others) {
      if (keys.length === first!.keys.length && keys.every((key, i) => key === first!.keys[i])) continue
      const why = `${address} and ${first!.address} must have the same TCP MD5 keys: Linux keeps one for ${slot}`
      conflicts.set(name, `${why}; it is that of ${first!.name}, and who has another cannot call`)
    }
  }
  return conflicts
}
