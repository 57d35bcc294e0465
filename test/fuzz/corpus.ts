/** The corpus of each target, and how it is changed: flips, cuts, repeats and splices, all drawn from a seed. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SeededRandom } from '../../src/runtime/seeded-random.js'
import type { Target } from './targets.js'

export interface Sample {
  readonly name: string
  readonly bytes: Uint8Array
}

export function corpusOf({ folder }: Target): readonly Sample[] {
  const path = join(import.meta.dirname, 'corpus', folder)
  return readdirSync(path)
    .sort()
    .map(name => {
      const text = readFileSync(join(path, name), 'utf8')
      const bytes = name.endsWith('.hex') ? Buffer.from(text.replace(/\s/g, ''), 'hex') : Buffer.from(text)
      return { name, bytes }
    })
}

/** Bytes on which decoders turn: ends of ranges, flags, and the characters of XML. */
const telling = [
  0,
  1,
  14,
  15,
  16,
  32,
  33,
  64,
  90,
  127,
  128,
  129,
  0xc0,
  0xe0,
  254,
  255,
  ...Buffer.from('<>/&"= ')
]

export function mutate(samples: readonly Sample[], random: SeededRandom): Uint8Array {
  let bytes = Buffer.from(samples[random.below(samples.length)]!.bytes)
  for (let i = 1 + random.below(4); i > 0; i--) {
    const at = random.below(bytes.length + 1)
    const size = 1 + random.below(random.chance(0.1) ? 600 : 8)
    const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)]
    switch (random.below(7)) {
      case 0:
        if (at < bytes.length) bytes[at] = telling[random.below(telling.length)]!
        break
      case 1:
        if (at < bytes.length) bytes[at]! ^= 1 << random.below(8)
        break
      case 2:
        bytes = Buffer.concat([head, tail.subarray(size)])
        break
      case 3:
        bytes = Buffer.concat([head, tail.subarray(0, size), tail])
        break
      case 4:
        bytes = Buffer.concat([head, Buffer.alloc(size, random.below(256)), tail])
        break
      case 5: {
        const other = samples[random.below(samples.length)]!.bytes
        const from = random.below(other.length)
        bytes = Buffer.concat([head, other.subarray(from, from + size * 8), tail])
        break
      }
      default:
        bytes = Buffer.from(head)
    }
  }
  // Lengths that are wrong are soon refused: half of the time they are put right, so that more is read.
  if (bytes.length >= 19 && bytes.length < 4096 && bytes[0] === 255 && random.chance(0.5))
    bytes.writeUInt16BE(bytes.length, 16)
  return bytes
}
