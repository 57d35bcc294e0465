/** Reading and writing of single NLRI, and what every vector of every family has to pass. */
import type { Test } from 'tap'
import { type DecodeError, type ErrorKind, Reaction } from '../../../../src/bgp/wire/decode-error.js'
import type { Family } from '../../../../src/bgp/wire/family.js'
import { Nlri } from '../../../../src/bgp/wire/nlri.js'
import { Reader } from '../../../../src/bgp/wire/reader.js'
import { Writer } from '../../../../src/bgp/wire/writer.js'

/** RFC 4271 §6.3, as the classic NLRI field has it; any kind would do, families pass on the reader's. */
export const invalidNetworkField: ErrorKind = { code: 3, subcode: 10, reaction: Reaction.resetSession }

export interface ReadOptions {
  readonly withdrawn?: boolean
  readonly maximumLabels?: number
  readonly keepUnknown?: boolean
}

export interface Outcome {
  readonly nlri: Nlri
  readonly error: DecodeError | undefined
  /** Bytes read. */
  readonly length: number
}

export const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex')
export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Reads one NLRI that stands between other bytes, from a scratch object that was used before. */
export function readOne(family: Family, bytes: Uint8Array, options: ReadOptions = {}): Outcome {
  const before = 3
  const around = new Uint8Array(bytes.length + 40).fill(0xee)
  around.set(bytes, before)
  const from = new Reader(invalidNetworkField, around, before, before + bytes.length)
  const nlri = used()
  nlri.maximumLabels = options.maximumLabels ?? 1
  nlri.keepUnknown = options.keepUnknown ?? false
  nlri.pathId = pathId
  family.read(from, nlri, options.withdrawn ?? false)
  // The caller has read it before: with ADD-PATH it stands in front (RFC 7911 §3).
  if (nlri.pathId !== pathId) throw new Error(`${family.name} changed the path id`)
  return { nlri, error: from.error, length: from.at - before }
}

const pathId = 0x01020304

function used(): Nlri {
  const nlri = new Nlri()
  nlri.key.fill(0xdd)
  nlri.extra.fill(0xdd)
  nlri.keyLength = 33
  nlri.label = 0xdddddd
  nlri.l3Label = 0xdddddd
  nlri.extraLength = 9
  return nlri
}

export function writeOne(family: Family, nlri: Nlri, withdrawn = false): string {
  const to = new Writer(4096)
  to.bytes.fill(0xcc)
  family.write(to, nlri, withdrawn)
  return hexOf(to.bytes.subarray(0, to.at))
}

export function printOf(family: Family, { key, keyLength }: Nlri): string {
  const around = new Uint8Array(keyLength + 20).fill(0xaa)
  around.set(key.subarray(0, keyLength), 7)
  return family.print(around, 7, 7 + keyLength)
}

export interface Vector extends ReadOptions {
  readonly name: string
  /** In hexadecimal digits; blanks are for people. */
  readonly bytes: string
  readonly prefix: string
  /** Where not the same as `bytes`. */
  readonly writes?: string
  readonly label?: number
  readonly l3Label?: number
  readonly extra?: string
}

/** Reads, prints, parses and writes each, and each truncation of it. */
export function testVectors(t: Test, family: Family, vectors: readonly Vector[]): void {
  for (const vector of vectors) {
    t.test(`${family.name}: ${vector.name}`, async t => {
      const bytes = bytesOf(vector.bytes)
      const { nlri, error, length } = readOne(family, bytes, vector)
      t.equal(error, undefined)
      t.equal(length, bytes.length, 'all of it is read')
      t.equal(printOf(family, nlri), vector.prefix)
      t.equal(
        hexOf(family.parse(vector.prefix) ?? new Uint8Array()),
        hexOf(nlri.copyKey()),
        'text gives the key'
      )
      if (family.fixedKeyLength) t.equal(nlri.keyLength, family.keyLength)
      else t.ok(nlri.keyLength <= family.keyLength)
      t.equal(nlri.label, vector.label ?? 0)
      t.equal(nlri.l3Label, vector.l3Label ?? -1)
      t.equal(hexOf(nlri.extra.subarray(0, nlri.extraLength)), vector.extra ?? '')
      const writes = (vector.writes ?? vector.bytes).replaceAll(' ', '')
      t.equal(writeOne(family, nlri, vector.withdrawn), writes)
      for (let cut = 0; cut < bytes.length; cut++) {
        const { error } = readOne(family, bytes.subarray(0, cut), vector)
        t.match(error, { ...invalidNetworkField, offset: 0 }, `cut to ${cut} bytes`)
      }
    })
  }
}

/** NLRI that are passed over while the rest of the field is read. */
export function testSkipped(
  t: Test,
  family: Family,
  vectors: readonly { name: string; bytes: string; withdrawn?: boolean }[]
): void {
  for (const { name, bytes, ...options } of vectors) {
    t.test(`${family.name}: ${name}`, async t => {
      const { nlri, error, length } = readOne(family, bytesOf(bytes), options)
      t.equal(error, undefined)
      t.equal(nlri.keyLength, 0)
      t.not(nlri.skipped, '')
      t.equal(length, bytesOf(bytes).length, 'the next NLRI can be read')
    })
  }
}
