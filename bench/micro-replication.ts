/**
 * What it costs to copy a VRF route to the VPN table and to one connected VRF, against the route alone in a VRF that
 * exports nothing: `node --import tsx bench/micro-replication.ts [routes] [agents]`.
 */
import { AttributeDb } from '../src/bgp/rib/attribute-db.js'
import { Protocol, Source, SourceKind } from '../src/bgp/rib/source.js'
import type { RibContext, Table } from '../src/bgp/rib/table.js'
import { AttributeEditor } from '../src/bgp/wire/attribute-editor.js'
import { AttributeCode, InternalCode } from '../src/bgp/wire/canonical.js'
import { inet4ToBytes } from '../src/net/inet.js'
import { rdOfAddress } from '../src/net/rd.js'
import { parseRouteTarget } from '../src/net/route-target.js'
import { bareMaster } from '../src/routing-instance/instance-settings.js'
import { RoutingInstances } from '../src/routing-instance/instances.js'

const [routes = 100_000, agents = 100] = process.argv.slice(2).map(Number)
const firstAddress = 0x0a000000
const firstAgent = 0x0a140001

const queue: (() => void)[] = []
const scheduler = {
  isTurnOver: false,
  now: () => performance.now(),
  wallClock: () => Date.now(),
  after: () => ({ cancel: () => {} }),
  soon: (task: () => void) => void queue.push(task)
}
const rib: RibContext = {
  attributes: new AttributeDb({ k0: 1, k1: 2 }),
  hashKey: { k0: 3, k1: 4 },
  bestPath: { alwaysCompareMed: false, ignoreAsPath: false },
  scheduler,
  wallClock: () => Date.now()
}
const instances = new RoutingInstances({ rib, scheduler })
instances.setIdentity({ as: 65010, localAs: 65010, identifier: 0x7f00001f })

const one = parseRouteTarget('target:65010:8000010')!
const other = parseRouteTarget('target:65010:8000011')!
const config = { ...bareMaster, isMaster: false }
instances.apply(
  new Map([
    [
      'one',
      { ...config, name: 'one', importTargets: [one, other], exportTargets: [one], virtualNetworkIndex: 5 }
    ],
    ['other', { ...config, name: 'other', importTargets: [one, other], exportTargets: [other] }],
    ['quiet', { ...config, name: 'quiet' }]
  ])
)

const editor = new AttributeEditor()
const sources = Array.from({ length: agents }, (_, i) => {
  const source = new Source(`agent-${i}`, SourceKind.peer, Protocol.xmpp)
  editor
    .from(new Uint8Array(0))
    .setU8(AttributeCode.origin, 2)
    .setU32(AttributeCode.nextHop, firstAgent + i)
  editor.setU32(AttributeCode.localPref, 200)
  editor.set(AttributeCode.extendedCommunities, Buffer.from('030c000000000002' + '8004fdf20000002a', 'hex'))
  editor.setInternal(InternalCode.sourceRd, rdOfAddress(firstAgent + i, 4)).finish()
  return { source, attributes: rib.attributes.intern(editor.bytes, 0, editor.end) }
})

const key = new Uint8Array(5)
key[4] = 32

function update(table: Table, label: number): void {
  for (let i = 0; i < routes; i++) {
    inet4ToBytes(firstAddress + i, key)
    const { source, attributes } = sources[i % agents]!
    table.update(key, 0, 5, source, attributes, 0, 0, label)
  }
}

function withdraw(table: Table): void {
  for (let i = 0; i < routes; i++) {
    inet4ToBytes(firstAddress + i, key)
    table.withdraw(key, 0, 5, sources[i % agents]!.source)
  }
}

function sweep(): void {
  instances.replication.setIdentity({ as: 65010, localAs: 65010, identifier: 0x7f00001f })
  for (let task = queue.shift(); task !== undefined; task = queue.shift()) task()
}

function perRoute(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / routes
}

const copied = instances.table('one.inet.0')!
const quiet = instances.table('quiet.inet.0')!
const rows: Record<string, string>[] = []
for (let round = 0; round < 5; round++) {
  const alone = perRoute(() => update(quiet, 16))
  perRoute(() => withdraw(quiet))
  const add = perRoute(() => update(copied, 16))
  const change = perRoute(() => update(copied, 32))
  const revisit = perRoute(sweep)
  const remove = perRoute(() => withdraw(copied))
  const figures = { alone, add, copies: add - alone, change, revisit, remove }
  rows.push(Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, value.toFixed(2)])))
}
console.log(`${routes} routes of ${agents} agents, two copies each, µs of CPU per route`)
console.table(rows)
