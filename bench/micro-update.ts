/**
 * Decodes and writes UPDATEs of typical shapes: `node --import tsx bench/micro-update.ts`.
 * Prints the best of several rounds: µs for a message, ns for each NLRI of it, and bytes left on the heap.
 */
import { type DecodeContext, defaultDecodeSettings } from '../src/bgp/wire/decode-context.js'
import { codeOf, families, familyNamed } from '../src/bgp/wire/families.js'
import type { FamilyName } from '../src/bgp/wire/family.js'
import { Framer } from '../src/bgp/wire/framer.js'
import { Nlri } from '../src/bgp/wire/nlri.js'
import { NlriReader } from '../src/bgp/wire/nlri-section.js'
import { UpdateDecoder } from '../src/bgp/wire/update.js'
import { BeginResult, type EncodeOptions, UpdateWriter } from '../src/bgp/wire/update-writer.js'
import { Writer } from '../src/bgp/wire/writer.js'

const count = 100_000
const rounds = 9

interface Shape {
  readonly name: string
  readonly family: FamilyName
  /** NLRI in a message. */
  readonly nlri: number
  readonly options?: Partial<EncodeOptions>
  /** Canonical attributes. */
  readonly attributes: string
}

const path = '40010100400212020400002711000186a00000fde9fa56ea01400304c0000201'
const communities = 'c008082711000127110002'
const targets = 'c010100002fc00007a1201030c00000000000d'
const shapes: readonly Shape[] = [
  {
    name: 'inet, 1 NLRI',
    family: 'inet',
    nlri: 1,
    attributes: `${path}8004040000003240050400000064${communities}`
  },
  {
    name: 'inet, 8 NLRI',
    family: 'inet',
    nlri: 8,
    attributes: `${path}8004040000003240050400000064${communities}`
  },
  { name: 'inet, 200 NLRI', family: 'inet', nlri: 200, attributes: `${path}40050400000064${communities}` },
  {
    name: 'inet, 8 NLRI, 2-byte AS',
    family: 'inet',
    nlri: 8,
    options: { fourByteAs: false },
    attributes: `${path}40050400000064${communities}`
  },
  { name: 'inet6, 8 NLRI', family: 'inet6', nlri: 8, attributes: `${path}40050400000064${communities}` },
  { name: 'inet-vpn, 8 NLRI', family: 'inet-vpn', nlri: 8, attributes: `${path}40050400000064${targets}` },
  {
    name: 'inet-vpn, 8 NLRI, of contrail-control',
    family: 'inet-vpn',
    nlri: 8,
    options: { form: 'control-node' },
    attributes: `${path}40050400000064${targets}`
  }
]

const decoder = new UpdateDecoder()
const reader = new NlriReader()
const nlri = new Nlri()

function contextOf(fourByteAs: boolean): DecodeContext {
  return {
    ...defaultDecodeSettings,
    fourByteAs,
    external: false,
    peerAs: 10001,
    families: new Map(
      families.map(family => [
        codeOf(family.afi, family.safi),
        { family, addPath: false, extendedNextHop: false, maximumLabels: 1 }
      ])
    )
  }
}

/** Fills `to` with `count` messages; gives how many there are. */
function write(to: Writer, { family: name, nlri: perMessage, options, attributes }: Shape): number {
  const family = familyNamed(name)!
  const bytes = Uint8Array.from(Buffer.from(attributes.replaceAll(' ', ''), 'hex'))
  const updates = new UpdateWriter(to)
  const encode: EncodeOptions = {
    fourByteAs: true,
    addPath: false,
    extendedNextHop: false,
    maximumLength: 4096,
    form: 'standard',
    ...options
  }
  nlri.reset()
  nlri.label = 0x493001
  const prefix = { inet: '10.0.0.0/24', inet6: '2001:db8::/48', 'inet-vpn': '10.84.5.9:3:10.1.1.5/32' }[
    name as 'inet'
  ]
  nlri.setKey(family.parse(prefix)!)
  to.at = 0
  for (let i = 0; i < count; i++) {
    if (updates.beginReach(bytes, 0, bytes.length, family, encode) !== BeginResult.ok) break
    for (let n = 0; n < perMessage; n++) {
      nlri.key[2] = n
      updates.add(nlri)
    }
    updates.finish()
  }
  return updates.messages
}

/** Reads all messages; with `apply` the NLRI once more, as a session does. */
function read(framer: Framer, bytes: Uint8Array, context: DecodeContext, apply: boolean): number {
  let prefixes = 0
  framer.push(bytes)
  while (framer.next()) {
    if (decoder.decode(framer.bytes, framer.start, framer.end, context) !== 0)
      throw new Error(decoder.error!.what)
    if (!apply) continue
    for (let i = 0; i < decoder.sectionCount; i++) {
      reader.over(decoder.sections[i]!)
      while (reader.next(nlri)) prefixes++
    }
  }
  return prefixes
}

function best(run: () => void): { seconds: number; heap: number } {
  let seconds = Number.POSITIVE_INFINITY
  let heap = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const before = process.memoryUsage().heapUsed
    const started = process.hrtime.bigint()
    run()
    seconds = Math.min(seconds, Number(process.hrtime.bigint() - started) / 1e9)
    heap = Math.min(heap, Math.max(0, process.memoryUsage().heapUsed - before))
  }
  return { seconds, heap }
}

console.log('shape'.padEnd(40), 'bytes', '  write µs', ' decode µs', '  + apply µs', '  heap B/message')
for (const shape of shapes) {
  const to = new Writer(count * (140 + shape.nlri * 20))
  const written = best(() => write(to, shape))
  const messages = write(to, shape)
  const bytes = to.bytes.subarray(0, to.at)
  const context = contextOf(shape.options?.fourByteAs !== false)
  const framer = new Framer()
  const decoded = best(() => read(framer, bytes, context, false))
  const applied = best(() => read(framer, bytes, context, true))
  const per = (seconds: number): string => ((seconds / messages) * 1e6).toFixed(3)
  console.log(
    shape.name.padEnd(40),
    String(Math.round(to.at / messages)).padStart(5),
    per(written.seconds).padStart(10),
    per(decoded.seconds).padStart(10),
    per(applied.seconds).padStart(12),
    (decoded.heap / messages).toFixed(1).padStart(16)
  )
}
