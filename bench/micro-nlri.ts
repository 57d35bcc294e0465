/**
 * Reads and writes the NLRI of 800,000 prefixes, the size of a full table: `node --import tsx bench/micro-nlri.ts`.
 * Prints the best of several rounds, in milliseconds, with the bytes that a round leaves on the heap.
 */

import { Reaction } from '../src/bgp/wire/decode-error.js'
import { evpn } from '../src/bgp/wire/family/evpn.js'
import { inet } from '../src/bgp/wire/family/inet.js'
import { inetVpn } from '../src/bgp/wire/family/inet-vpn.js'
import { inet6 } from '../src/bgp/wire/family/inet6.js'
import type { Family } from '../src/bgp/wire/family.js'
import { Nlri } from '../src/bgp/wire/nlri.js'
import { Reader } from '../src/bgp/wire/reader.js'
import { Writer } from '../src/bgp/wire/writer.js'

const count = 800_000
const rounds = 9

interface Sample {
  readonly family: Family
  readonly shape: string
  fill(to: Writer, random: () => number): void
}

const random4 = (to: Writer, length: number, random: () => number) => {
  for (let i = 0; i < (length + 7) >> 3; i++) to.u8(random())
}

const samples: readonly Sample[] = [
  {
    family: inet,
    shape: 'lengths of an Internet table, two in three /24',
    fill(to, random) {
      const length = random() < 170 ? 24 : 16 + (random() & 7)
      to.u8(length)
      random4(to, length, random)
    }
  },
  {
    family: inet6,
    shape: '/32 to /48',
    fill(to, random) {
      const length = 32 + (random() & 15)
      to.u8(length)
      random4(to, length, random)
    }
  },
  {
    family: inetVpn,
    shape: '/32 with RD and label',
    fill(to, random) {
      to.u8(120)
      to.u24(0x493001)
      to.u32(0x00010a54)
      to.u32(0x05090000 + random())
      random4(to, 32, random)
    }
  },
  {
    family: evpn,
    shape: 'type 2 with MAC, IPv4 and one label',
    fill(to, random) {
      to.u16(0x0225)
      to.u32(0x00010a54)
      to.u32(0x05090000 + random())
      for (let i = 0; i < 14; i++) to.u8(0)
      to.u8(48)
      to.u16(0x02aa)
      random4(to, 32, random)
      to.u8(32)
      random4(to, 32, random)
      to.u24(0x001388)
    }
  }
]

/** A small generator with a seed: figures of two runs are of the same bytes. */
function byteGenerator(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state >>> 24
  }
}

for (const { family, shape, fill } of samples) {
  const wire = new Writer(count * 48)
  const random = byteGenerator(7)
  for (let i = 0; i < count; i++) fill(wire, random)
  const from = new Reader({ code: 3, subcode: 9, reaction: Reaction.resetSession })
  const nlri = new Nlri()
  let reading = Number.POSITIVE_INFINITY
  let both = Number.POSITIVE_INFINITY
  let heap = Number.POSITIVE_INFINITY
  const to = new Writer(count * 48)
  for (let round = 0; round < rounds; round++) {
    from.over(wire.bytes, 0, wire.at)
    const before = process.memoryUsage().heapUsed
    const start = performance.now()
    while (from.left > 0) family.read(from, nlri, false)
    reading = Math.min(reading, performance.now() - start)
    const grown = process.memoryUsage().heapUsed - before
    // Negative after a collection, which says nothing.
    if (grown >= 0) heap = Math.min(heap, grown)
    from.over(wire.bytes, 0, wire.at)
    to.at = 0
    const again = performance.now()
    while (from.left > 0) {
      family.read(from, nlri, false)
      family.write(to, nlri, false)
    }
    both = Math.min(both, performance.now() - again)
    if (from.error !== undefined || to.at !== wire.at) throw new Error(`${family.name}: ${from.error?.what}`)
  }
  const figures = `read ${reading.toFixed(1)} ms, read and write ${both.toFixed(1)} ms, ${heap} bytes of heap`
  console.log(`${family.name.padEnd(10)} ${figures}   (${count} of ${shape})`)
}
