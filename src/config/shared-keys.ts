/** Neighbours, or ranges, that Linux keeps one TCP MD5 key for between them: they cannot have different ones. */
import { isDeepStrictEqual } from 'node:util'
import { keySlot } from '../net/key-slot.js'
import type { Section } from './yaml-section.js'

export class SharedKeys {
  readonly #bySlot = new Map<string, { readonly name: string; readonly keys: readonly string[] }>()

  /** Reports an entry whose keys, or their order, are not those of an earlier one; `peer`: its address or range. */
  look(entry: Section, peer: string, name: string, keys: readonly string[]): void {
    const slot = keySlot(peer)
    const other = this.#bySlot.get(slot)
    if (other === undefined) this.#bySlot.set(slot, { name, keys })
    else if (!isDeepStrictEqual(other.keys, keys)) {
      const why = `${name} and ${other.name} must have the same md5_key: Linux keeps one for ${slot}`
      entry.fail(entry.has('md5_key') ? 'md5_key' : 'range', why)
    }
  }
}
