/**
 * The core without sockets: UPDATE messages of one iBGP neighbour through decoder, table, best path and rib-out to
 * one other. Prints time, CPU and memory: `npx tsx bench/micro-core.ts [PREFIXES] [ATTRIBUTE SETS] [RECEIVERS]`.
 */
import { BgpExporter } from '../src/bgp/export/bgp-exporter.js'
import type { Receiver, Segment } from '../src/bgp/export/receiver.js'
import { RibOuts } from '../src/bgp/export/rib-outs.js'
import { PeerFamily } from '../src/bgp/peer/peer-family.js'
import { PeerInput } from '../src/bgp/peer/peer-input.js'
import { exportGroup, plainPolicy } from '../src/bgp/peer/peer-policy.js'
import { plainReceive } from '../src/bgp/peer/receive-policy.js'
import { AttributeDb } from '../src/bgp/rib/attribute-db.js'
import { Protocol, Source, SourceKind } from '../src/bgp/rib/source.js'
import { Table } from '../src/bgp/rib/table.js'
import { decodeContext } from '../src/bgp/wire/decode-context.js'
import { inet } from '../src/bgp/wire/family/inet.js'
import type { Negotiated } from '../src/bgp/wire/negotiate.js'
import { Nlri } from '../src/bgp/wire/nlri.js'
import { UpdateWriter } from '../src/bgp/wire/update-writer.js'
import { Writer } from '../src/bgp/wire/writer.js'
import type { Scheduler } from '../src/runtime/scheduler.js'
import { canonical } from '../test/bgp/rib/rib-helpers.js'

const [prefixes = 800_000, sets = 100_000, receiverCount = 1] = process.argv.slice(2).map(Number)
const hashKey = { k0: 1, k1: 2 }
const attributes = new AttributeDb(hashKey)
/** As the node's: it is read once a slice. */
let wallClock = Date.now()
setInterval(() => {
  wallClock = Date.now()
}, 10).unref()
const scheduler: Scheduler = {
  isTurnOver: false,
  now: () => performance.now(),
  wallClock: () => Date.now(),
  after: (ms, task) => {
    const timer = setTimeout(task, ms)
    return { cancel: () => clearTimeout(timer) }
  },
  soon: task => {
    setImmediate(task)
  }
}
const table = new Table('inet.0', inet, {
  attributes,
  hashKey,
  bestPath: { alwaysCompareMed: false, ignoreAsPath: false },
  scheduler,
  wallClock: () => wallClock
})
const source = new Source('sender', SourceKind.peer, Protocol.bgp, '127.0.1.1')
source.internal = true
source.routerId = 0x7f000101
const receive = {
  internal: true,
  peerAs: 64512,
  localAs: 64512,
  nodeAs: 64512,
  routerId: 1,
  clusterId: 1,
  ...plainReceive
} as const
const negotiated: Negotiated = {
  localAs: 64512,
  peerAs: 64512,
  external: false,
  peerRouterId: 2,
  holdTimeSeconds: 90,
  keepaliveSeconds: 30,
  fourByteAs: true,
  maximumLength: 4096,
  routeRefresh: true,
  enhancedRouteRefresh: false,
  gracefulNotification: false,
  families: [
    { family: inet, addPathReceive: false, addPathSend: false, extendedNextHop: false, maximumLabels: 1 }
  ]
}
const ribOuts = new RibOuts(scheduler)
const families = new Map()
const input = new PeerInput({
  source,
  receive,
  attributes,
  families,
  endOfRib() {},
  routesCounted() {},
  disableFamily() {},
  faults: {
    malformed(error) {
      throw new Error(error.what)
    },
    skipped() {},
    ignored() {}
  }
})
families.set(
  inet,
  new PeerFamily(inet, table, undefined, {
    name: 'sender',
    source,
    scheduler,
    ribOuts,
    sendUpdates: () => true,
    isBlocked: false,
    enhancedRefresh: false,
    sendRefresh() {},
    sendEndOfRib() {},
    mayEndRib: () => true
  })
)
let announced = 0
let withdrawn = 0
let bytesOut = 0
for (let i = 0; i < receiverCount; i++) {
  const receiver: Receiver = {
    name: `receiver ${i}`,
    source: new Source(`receiver ${i}`, SourceKind.peer, Protocol.bgp),
    deliver(segments: readonly Segment[]): boolean {
      for (const segment of segments) {
        announced += segment.announced
        withdrawn += segment.withdrawn
        bytesOut += segment.bytes
      }
      return true
    },
    synchronised() {}
  }
  const policy = {
    receive,
    decode: {},
    helpsRestart: false,
    endOfRibSeconds: 300,
    ...plainPolicy
  }
  ribOuts.join(table, receiver, new BgpExporter(exportGroup(inet, policy, negotiated), attributes))
}
const context = decodeContext(negotiated, { loopbackNextHop: true })

function messages(reach: boolean): Buffer[] {
  const out = new Writer(8 * 1024 * 1024)
  const writer = new UpdateWriter(out)
  const nlri = new Nlri()
  const chunks: Buffer[] = []
  const perSet = prefixes! / sets!
  const options = {
    fourByteAs: true,
    addPath: false,
    extendedNextHop: false,
    maximumLength: 4096,
    form: 'standard'
  } as const
  for (let set = 0; set < sets!; set++) {
    if (out.at > 7 * 1024 * 1024) {
      chunks.push(Buffer.from(out.bytes.subarray(0, out.at)))
      out.at = 0
    }
    const bytes = canonical({
      asPath: [65001, 65002, set + 100000],
      nextHop: '10.0.1.1',
      localPref: 100,
      ...(set % 3 === 0 && { med: set })
    })
    if (reach) writer.beginReach(bytes, 0, bytes.length, inet, options)
    else writer.beginWithdraw(inet, options)
    for (let i = 0; i < perSet; i++) {
      const n = 0x01000000 + (set * perSet + i) * 256
      nlri.setKey(Uint8Array.of(n >>> 24, n >>> 16, n >>> 8, n, 24))
      writer.add(nlri)
    }
    writer.finish()
  }
  chunks.push(Buffer.from(out.bytes.subarray(0, out.at)))
  return chunks
}

async function feed(chunks: Buffer[], name: string, done: () => boolean): Promise<void> {
  const before = performance.now()
  const cpu = process.cpuUsage()
  for (const chunk of chunks) {
    let turn = 0
    for (let at = 0; at < chunk.length; ) {
      const end = at + chunk.readUInt16BE(at + 16)
      const error = input.update(chunk, at, end, context)
      if (error !== undefined) throw new Error(error.what)
      turn += end - at
      at = end
      // A socket gives 64 KiB at a time.
      if (turn > 65536) {
        turn = 0
        await new Promise(resolve => setImmediate(resolve))
      }
    }
  }
  while (!done()) await new Promise(resolve => setImmediate(resolve))
  const ms = performance.now() - before
  const { user, system } = process.cpuUsage(cpu)
  const { rss, heapUsed } = process.memoryUsage()
  console.log(
    `${name}: ${ms.toFixed(0)} ms, ${((ms * 1e6) / prefixes!).toFixed(0)} ns a prefix, CPU ${((user + system) / 1e6).toFixed(2)} s, ` +
      `RSS ${(rss / 2 ** 20).toFixed(0)} MiB, heap ${(heapUsed / 2 ** 20).toFixed(0)} MiB, ${bytesOut} bytes out, sets ${attributes.size}, routes ${table.size}`
  )
}

const reach = messages(true)
const unreach = messages(false)
console.log(`baseline RSS ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MiB`)
await new Promise(resolve => setTimeout(resolve, 50))
await feed(reach, 'announce', () => announced >= prefixes * receiverCount)
await feed(unreach, 'withdraw', () => withdrawn >= prefixes * receiverCount)
