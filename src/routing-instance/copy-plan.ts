import type { AttributeSet } from '../bgp/rib/attribute-set.js'
import { type HashKey, keyedHash } from '../bgp/rib/keyed-hash.js'
import type { Source } from '../bgp/rib/source.js'
import type { Table } from '../bgp/rib/table.js'
import { putU32 } from '../bgp/wire/attributes.js'

/** A table that gets a copy. */
export interface Destination {
  readonly table: Table
  /** The VPN table: the route distinguisher belongs to the key. */
  readonly isVpn: boolean
  /** Of the copy; held by the plan. */
  readonly attributes: AttributeSet
}

/**
 * Where copies of a path go and with which attributes. It is the same for all routes of the table whose path has the
 * same source, path id and attributes, so it is worked out once, and a route remembers its copies by one pointer.
 */
export class CopyPlan {
  readonly source: Source
  readonly pathId: number
  /** Of the path that is copied. */
  readonly attributes: AttributeSet
  /** What else the plan depends on: in the VPN table the route's RD, in a VRF the one that the source forces. */
  readonly rdHigh: number
  readonly rdLow: number
  readonly hash: number
  /** In front of the prefix in the VPN table. */
  readonly rd: Uint8Array
  readonly destinations: readonly Destination[]
  /** Routes that are copied like this. */
  users = 0
  /** As of which state of targets and instances the destinations hold; of the table's replicator. */
  generation = 0
  /** For `CopyPlans` alone. */
  next: CopyPlan | undefined
  listed = false
  #tables: Set<Table> | undefined

  constructor(
    source: Source,
    pathId: number,
    attributes: AttributeSet,
    rdHigh: number,
    rdLow: number,
    hash: number,
    rd: Uint8Array,
    destinations: readonly Destination[]
  ) {
    this.source = source
    this.pathId = pathId
    this.attributes = attributes
    this.rdHigh = rdHigh
    this.rdLow = rdLow
    this.hash = hash
    this.rd = rd
    this.destinations = destinations
    this.next = undefined
    this.#tables = undefined
  }

  /** One of the copies is in this table. */
  reaches(table: Table): boolean {
    const { destinations } = this
    if (destinations.length > few) {
      this.#tables ??= new Set(destinations.map(destination => destination.table))
      return this.#tables.has(table)
    }
    for (let i = 0; i < destinations.length; i++) if (destinations[i]!.table === table) return true
    return false
  }
}

const few = 8

/** The plans of one table, found by what they depend on. */
export class CopyPlans {
  readonly #hashKey: HashKey
  readonly #scratch = new Uint8Array(16)
  #chains: (CopyPlan | undefined)[] = new Array(initialBuckets).fill(undefined)
  size = 0

  constructor(hashKey: HashKey) {
    this.#hashKey = hashKey
  }

  hash(attributes: AttributeSet, pathId: number, rdHigh: number, rdLow: number): number {
    const scratch = this.#scratch
    putU32(scratch, 0, attributes.hash)
    putU32(scratch, 4, pathId)
    putU32(scratch, 8, rdHigh)
    putU32(scratch, 12, rdLow)
    return keyedHash(this.#hashKey, scratch, 0, 16)
  }

  find(
    hash: number,
    source: Source,
    pathId: number,
    attributes: AttributeSet,
    rdHigh: number,
    rdLow: number
  ): CopyPlan | undefined {
    let plan = this.#chains[hash & (this.#chains.length - 1)]
    while (
      plan !== undefined &&
      !(
        plan.attributes === attributes &&
        plan.source === source &&
        plan.pathId === pathId &&
        plan.rdHigh === rdHigh &&
        plan.rdLow === rdLow
      )
    ) {
      plan = plan.next
    }
    return plan
  }

  add(plan: CopyPlan): void {
    if (this.size >= this.#chains.length) this.#resize(this.#chains.length * 2)
    const bucket = plan.hash & (this.#chains.length - 1)
    plan.next = this.#chains[bucket]
    plan.listed = true
    this.#chains[bucket] = plan
    this.size++
  }

  /** It is not found any more; routes may still remember it. */
  remove(plan: CopyPlan): void {
    if (!plan.listed) return
    const bucket = plan.hash & (this.#chains.length - 1)
    let before: CopyPlan | undefined
    for (let at = this.#chains[bucket]; at !== plan; at = at!.next) before = at
    if (before === undefined) this.#chains[bucket] = plan.next
    else before.next = plan.next
    plan.next = undefined
    plan.listed = false
    this.size--
    if (this.size === 0) this.#resize(initialBuckets)
  }

  #resize(buckets: number): void {
    const old = this.#chains
    this.#chains = new Array<CopyPlan | undefined>(buckets).fill(undefined)
    for (let plan of old) {
      while (plan !== undefined) {
        const { next }: CopyPlan = plan
        const bucket = plan.hash & (buckets - 1)
        plan.next = this.#chains[bucket]
        this.#chains[bucket] = plan
        plan = next
      }
    }
  }
}

const initialBuckets = 8
