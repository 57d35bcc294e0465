/** The neighbours that are there because they called (spec bgp 19.9): of which range each is, and the ranges' keys. */
import type { DynamicNeighbours } from '../../config/dynamic-neighbours.js'
import { keySlot } from '../../net/key-slot.js'
import type { Scheduler } from '../../runtime/scheduler.js'
import { KeyRing } from '../session/key-ring.js'
import { dynamicAddress, NeighbourRanges } from './dynamic-neighbours.js'
import type { ListenerKeys } from './listener-keys.js'

export class DynamicPeers {
  #ranges = new NeighbourRanges([])
  readonly #byName = new Map<string, DynamicNeighbours>()
  /** By key slot of the range: keys of a list take turns, until one who calls has one of its own. */
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

  /** The TCP MD5 key with which a caller of the range has come in now. */
  keyOf({ range }: DynamicNeighbours): string | undefined {
    return this.#rings.get(keySlot(range))?.current
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
    // Ranges that differ in their interface alone have one key between them, and one ring.
    const keysBySlot = new Map<string, { range: string; keys: readonly string[] }>()
    for (const { range, options } of all) {
      const slot = keySlot(range)
      const before = keysBySlot.get(slot)?.keys ?? []
      keysBySlot.set(slot, { range, keys: [...new Set([...before, ...(options.md5Key ?? [])])] })
    }
    for (const [slot, ring] of this.#rings) {
      if (keysBySlot.has(slot)) continue
      ring.update([])
      this.#rings.delete(slot)
    }
    for (const [slot, { range, keys }] of keysBySlot) {
      let ring = this.#rings.get(slot)
      if (ring === undefined) {
        if (keys.length === 0) continue
        ring = new KeyRing(
          this.scheduler,
          // By its prefix, also where that is one address: a neighbour there has its own key, and takes it along.
          key => this.keys.set(range, key),
          () => false
        )
        this.#rings.set(slot, ring)
      }
      ring.update(keys)
    }
  }
}

const isSameRange = (a: DynamicNeighbours, b: DynamicNeighbours): boolean =>
  a.range === b.range && a.interface === b.interface
