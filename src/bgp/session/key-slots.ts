/**
 * TCP MD5 keys by what the system tells callers apart by: the bytes of an address or a prefix, and no interface. So
 * `fe80::1%eth0` and `fe80::1%eth1` have one key between them, and so have `10.0.0.1` and `10.0.0.1/32`. As long as one of
 * those who share a slot has a key, callers from there need one.
 */
import { keySlot } from '../../net/key-slot.js'

export class KeySlots {
  /** By slot, the keys of those who share it, the last to come at the end. */
  readonly #slots = new Map<string, Map<string, string>>()

  /** Books the key of an address, with its interface, or a prefix; undefined: none. The slot is given. */
  set(peer: string, key: string | undefined): string {
    const slot = keySlot(peer)
    const users = this.#slots.get(slot) ?? new Map<string, string>()
    users.delete(peer)
    if (key !== undefined) users.set(peer, key)
    if (users.size > 0) this.#slots.set(slot, users)
    else this.#slots.delete(slot)
    return slot
  }

  /** What callers of the slot must carry: the key that came last, those of addresses before those of prefixes. */
  inForce(slot: string): string | undefined {
    let found: string | undefined
    let isOfAddress = false
    for (const [peer, key] of this.#slots.get(slot) ?? []) {
      const is = !peer.includes('/')
      if (is || !isOfAddress) found = key
      isOfAddress ||= is
    }
    return found
  }

  *[Symbol.iterator](): IterableIterator<[slot: string, key: string]> {
    for (const slot of this.#slots.keys()) yield [slot, this.inForce(slot)!]
  }
}
