/**
 * Which virtual network an index or a route target stands for (spec routing 2.4, config 8.4). A target stands for
 * the network of the instances that have it in both of their lists; one that stands for several is ambiguous.
 */
import type { RoutingInstance } from './instance.js'
import type { TargetKey } from './target-key.js'

/** What a target says about the origin when networks share it. */
export const ambiguous = -1

export class VirtualNetworks {
  /** Name of the network -> how many instances say so. */
  readonly #names = new Map<number, Map<string, number>>()
  /** Index of the network -> how many instances say so. */
  readonly #networks = new Map<TargetKey, Map<number, number>>()

  add(instance: RoutingInstance): void {
    this.#count(instance, 1)
  }

  /** Call it while the instance still is as it was added. */
  remove(instance: RoutingInstance): void {
    this.#count(instance, -1)
  }

  /** The network with this index; of several that claim it the first in order of name. */
  nameOf(index: number): string | undefined {
    let first: string | undefined
    for (const name of this.#names.get(index)?.keys() ?? []) {
      if (first === undefined || name < first) first = name
    }
    return first
  }

  /** Index of the network that the target stands for; 0: of none that is known here. */
  indexOf(target: TargetKey): number {
    const networks = this.#networks.get(target)
    if (networks === undefined) return 0
    if (networks.size > 1) return ambiguous
    for (const index of networks.keys()) return index
    return 0
  }

  #count(instance: RoutingInstance, by: 1 | -1): void {
    const { virtualNetwork, virtualNetworkIndex } = instance.config
    if (virtualNetworkIndex === 0) return
    count(this.#names, virtualNetworkIndex, virtualNetwork, by)
    for (const target of instance.imports) {
      if (instance.exports.has(target)) count(this.#networks, target, virtualNetworkIndex, by)
    }
  }
}

function count<Outer, Inner>(
  counts: Map<Outer, Map<Inner, number>>,
  outer: Outer,
  inner: Inner,
  by: 1 | -1
): void {
  let of = counts.get(outer)
  if (of === undefined) counts.set(outer, (of = new Map()))
  const total = (of.get(inner) ?? 0) + by
  if (total > 0) of.set(inner, total)
  else of.delete(inner)
  if (of.size === 0) counts.delete(outer)
}
