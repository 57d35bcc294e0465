import { type HashKey, keyedHash } from './keyed-hash.js'

/** Keys of up to so many bytes are hashed by tables: those of all prefix families (RD, IPv6 address, length). */
export const tabulatedLength = 25

/**
 * The words of simple tabulation hashing (Zobrist 1970; Pătraşcu and Thorup, "The Power of Simple Tabulation Hashing",
 * 2011): a random one for each value of each byte of a key. With linear probing every operation takes constant expected
 * time, whatever keys a peer chooses without knowing the words, at a fifth of what `keyedHash` costs for a prefix. They
 * are made of the node's hash key, 25 KiB for all of its tables.
 */
export function tabulationOf(key: HashKey): Int32Array {
  let words = known.get(key)
  if (words === undefined) {
    words = new Int32Array(256 * tabulatedLength)
    const place = new Uint8Array(4)
    for (let i = 0; i < words.length; i++) {
      place[0] = i
      place[1] = i >> 8
      words[i] = keyedHash(key, place, 0, place.length)
    }
    known.set(key, words)
  }
  return words
}

/** A signed 32-bit number of `bytes[start..end)`, which are at most `tabulatedLength`. */
export function tabulationHash(words: Int32Array, bytes: Uint8Array, start: number, end: number): number {
  let hash = 0
  for (let at = start, row = 0; at < end; at++, row += 256) hash ^= words[row + bytes[at]!]!
  return hash
}

const known = new WeakMap<HashKey, Int32Array>()
