/** The neighbours that are there because they called (spec bgp 19.9): of which range each is, and the ranges' keys. */
import type { DynamicNeighbours } from '../../config/dynamic-neighbours.js'
import type { Scheduler } from '../../runtime/scheduler.js'
import { KeyRing } from '../session/key-ring.js'
import { dynamicAddress, NeighbourRanges } from './dynamic-neighbours.js'
import type { ListenerKeys } from './listener-keys.js'

export class DynamicPeers {
  #ranges = new NeighbourRanges([])
  readonly #byName = new Map<string, DynamicNeighbours>()
  /** By range: keys of a list take turns, until one who calls has one of its own. */
  readonly #rings = new Map<string, KeyRing>()

  constructor(
    private readonly scheduler: Scheduler,
    private readonly keys: ListenerKeys
  ) {}

  /** Other ranges; those whose range is gone are given. */
  configure(all: readonly DynamicNeighbours[]): string[] {
    this.#ranges = new NeighbourRanges(all)
    this.#configureKeys(all)
    const gone: string[] = []
    for (const name of this.#byName.keys()) {
      const range = this.#ranges.find(dynamicAddress(name))
      if (range === undefined) gone.push(name)
      else this.#byName.set(name, range)
    }
    return gone
  }

  find(address: string): DynamicNeighbours | undefined {
    return this.#ranges.find(address)
  }

  get(name: string): DynamicNeighbours | undefined {
    return this.#byName.get(name)
  }

  /** Of one range. */
  count(neighbours: DynamicNeighbours): number {
    let count = 0
    for (const each of this.#byName.values()) if (isSameRange(each, neighbours)) count++
    return count
  }

  add(name: string, neighbours: DynamicNeighbours): void {
    this.#byName.set(name, neighbours)
  }

  delete(name: string): void {
    this.#byName.delete(name)
  }

  /** No key takes a turn any more. */
  stop(): void {
    for (const ring of this.#rings.values()) ring.stop()
  }

  #configureKeys(all: readonly DynamicNeighbours[]): void {
    const keysByRange = new Map(all.map(({ range, options }) => [range, options.md5Key ?? []]))
    for (const [range, ring] of this.#rings) {
      if (keysByRange.has(range)) continue
      ring.update([])
      this.#rings.delete(range)
    }
    for (const [range, keys] of keysByRange) {
      let ring = this.#rings.get(range)
      if (ring === undefined) {
        if (keys.length === 0) continue
        ring = new KeyRing(
          this.scheduler,
          key => this.keys.set(range, key),
          () => false
        )
        this.#rings.set(range, ring)
      }
      ring.update(keys)
    }
  }
}

const isSameRange = (a: DynamicNeighbours, b: DynamicNeighbours): boolean =>
  a.range === b.range && a.interface === b.interface
