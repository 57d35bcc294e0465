import { AttributeSet } from './attribute-set.js'
import { type HashKey, keyedHash } from './keyed-hash.js'

/**
 * One `AttributeSet` per distinct canonical encoding: "same attributes" is `===`. Bytes are copied at first sight,
 * so the caller may reuse its buffer. Every `intern` and `hold` is paired with one `release`; `size` is 0 when
 * nothing is held.
 */
export class AttributeDb {
  readonly #chains: (AttributeSet | undefined)[] = new Array(initialBuckets).fill(undefined)
  #mask = initialBuckets - 1
  readonly #hashKey: HashKey
  /** Distinct sets held. */
  size = 0
  /** Bytes of attributes held, each set once. */
  bytes = 0

  constructor(hashKey: HashKey) {
    this.#hashKey = hashKey
  }

  /** The set with these canonical bytes, held once more for the caller. */
  intern(bytes: Uint8Array, start: number, end: number): AttributeSet {
    const hash = keyedHash(this.#hashKey, bytes, start, end)
    const length = end - start
    const bucket = hash & this.#mask
    for (let set = this.#chains[bucket]; set !== undefined; set = set.next) {
      if (set.hash === hash && set.bytes.length === length && equalBytes(set.bytes, bytes, start)) {
        set.holders++
        return set
      }
    }
    const copy = Buffer.allocUnsafe(length)
    for (let i = 0; i < length; i++) copy[i] = bytes[start + i]!
    const set = new AttributeSet(copy, hash, this.#chains[bucket])
    this.#chains[bucket] = set
    this.bytes += length
    if (++this.size > this.#chains.length) this.#grow()
    return set
  }

  hold(set: AttributeSet): AttributeSet {
    set.holders++
    return set
  }

  release(set: AttributeSet): void {
    if (--set.holders > 0) return
    const bucket = set.hash & this.#mask
    let previous: AttributeSet | undefined
    for (let at = this.#chains[bucket]; at !== set; at = at!.next) previous = at
    if (previous === undefined) this.#chains[bucket] = set.next
    else previous.next = set.next
    set.next = undefined
    this.size--
    this.bytes -= set.bytes.length
  }

  #grow(): void {
    const old = this.#chains.slice()
    const size = old.length * 2
    this.#mask = size - 1
    this.#chains.length = size
    this.#chains.fill(undefined)
    for (let set of old) {
      while (set !== undefined) {
        const next: AttributeSet | undefined = set.next
        const bucket = set.hash & this.#mask
        set.next = this.#chains[bucket]
        this.#chains[bucket] = set
        set = next
      }
    }
  }
}

const initialBuckets = 1024

function equalBytes(a: Uint8Array, b: Uint8Array, start: number): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[start + i]) return false
  return true
}
