/**
 * The host routes that next hops name, by their key in the table in which they are looked up, and who waits for each
 * (spec routing 6.3: an exact host route, not the longest match).
 */
import { type AttributeSet, attributeOf } from '../bgp/rib/attribute-set.js'
import { KeyIndex } from '../bgp/rib/key-index.js'
import type { HashKey } from '../bgp/rib/keyed-hash.js'
import type { Table } from '../bgp/rib/table.js'
import { copyBytes, valueEnd, valueStart } from '../bgp/wire/attributes.js'
import { AttributeCode } from '../bgp/wire/canonical.js'

/** The host route of one next hop, whether it is there or not. */
export class NextHop<User> {
  readonly users = new Set<User>()

  constructor(
    readonly table: Table,
    /** Of its route: the address and its length in bits. */
    readonly key: Uint8Array,
    readonly index: number
  ) {}
}

/** The next hops that are looked up in one table. */
export class NextHops<User> {
  readonly #table: Table
  readonly #keys: KeyIndex
  readonly #all: (NextHop<User> | undefined)[] = []

  constructor(table: Table, hashKey: HashKey) {
    this.#table = table
    this.#keys = new KeyIndex(hashKey, table.family.keyLength, table.family.fixedKeyLength)
  }

  /** The one whose host route has this key, if somebody waits for it. */
  find(key: Uint8Array, start: number, end: number): NextHop<User> | undefined {
    if (this.#keys.size === 0) return undefined
    const index = this.#keys.find(key, start, end)
    return index < 0 ? undefined : this.#all[index]
  }

  locate(key: Uint8Array, end: number): NextHop<User> {
    const index = this.#keys.add(key, 0, end)
    return (this.#all[index] ??= new NextHop(this.#table, key.slice(0, end), index))
  }

  /** Nobody waits for it any more. */
  remove(nextHop: NextHop<User>): void {
    this.#all[nextHop.index] = undefined
    one[0] = nextHop.index
    this.#keys.remove(one, 1)
  }
}

/** Bytes of the address that the set's NEXT_HOP names: 4 or 16; 0: it has none. */
export function nextHopLength(set: AttributeSet): 0 | 4 | 16 {
  const at = attributeOf(set, AttributeCode.nextHop)
  if (at < 0) return 0
  // Behind a global IPv6 address there may be a link-local one (RFC 2545 §3).
  return valueEnd(set.memory, at) - valueStart(set.memory, at) === 4 ? 4 : 16
}

/** Writes the address to `into`, which has room for it. */
export function writeNextHop(set: AttributeSet, length: number, into: Uint8Array): void {
  const start = valueStart(set.memory, attributeOf(set, AttributeCode.nextHop))
  copyBytes(into, 0, set.memory, start, start + length)
}

const one = new Int32Array(1)
