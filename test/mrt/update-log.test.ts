import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { noNeighbourOptions } from '../../src/config/neighbour-options.js'
import { LabWorld } from '../../src/lab/world.js'
import { messageSubtype } from '../../src/mrt/bgp4mp.js'
import { MrtFiles } from '../../src/mrt/mrt-files.js'
import { clusterObjects, routers, textOf } from '../support/cluster-objects.js'
import { bgp4mp, records } from './records.js'
import { settle, VirtualDisk } from './virtual-disk.js'

const { 'cn-a': self, edge, gateway } = routers

/** A node and two routers that send path identifiers; all they say goes to one file. */
async function recorded(
  t: Test,
  microseconds: boolean,
  own = false
): Promise<{ file: Buffer; tables: Buffer }> {
  const world = new LabWorld()
  const options = { ...noNeighbourOptions, addPath: 'both' as const }
  const neighbours = new Map([edge, gateway].map(({ address }) => [address, options]))
  const { node } = world.node({
    hostname: 'cn-a',
    address: self.address,
    objects: [textOf(clusterObjects)],
    neighbourConfig: { neighbours }
  })
  const disk = new VirtualDisk()
  const files = new MrtFiles(node, disk, {
    updates: { file: '/mrt/updates.%s', intervalSeconds: 86_400, microseconds, own },
    tables: { file: '/mrt/rib.%s', intervalSeconds: 60 }
  })
  files.start()
  const neighbors = [{ address: self.address, as: 64512 }]
  const one = world.router({
    name: 'edge',
    ...edge,
    families: ['inet'],
    listenPort: 179,
    neighbors,
    addPath: true
  })
  const other = world.router({
    name: 'gateway',
    ...gateway,
    families: ['route-target', 'inet-vpn'],
    listenPort: 179,
    neighbors,
    addPath: true
  })
  world.until('both are up', () => one.isEstablished && other.isEstablished)
  one.announce('inet', '203.0.113.0/24', { pathId: 7 })
  one.announce('inet', '203.0.113.0/24', { pathId: 8, med: 5 })
  one.announce('inet', '198.51.100.0/24', { pathId: 7 })
  other.announce('inet-vpn', '10.0.0.12:5:192.0.2.0/24', {
    pathId: 9,
    label: 77,
    extendedCommunities: ['target:64512:8000021']
  })
  world.run(2_000)
  one.withdraw('inet', '198.51.100.0/24', 7)
  world.run(60_000)
  // The disk is real time, the slices of the dump are virtual.
  for (let i = 0; i < 50; i++) {
    await settle()
    world.run(10)
  }
  other.stop()
  world.run(2_000)
  node.stop()
  world.run(2_000)
  await files.stop()
  const named = (start: string): Buffer => disk.files.get(disk.names.find(name => name.startsWith(start))!)!
  t.same(
    disk.names.filter(name => name.endsWith('.unfinished')),
    []
  )
  t.equal(node.peerMonitors.list, undefined)
  return { file: named('/mrt/updates'), tables: named('/mrt/rib') }
}

const hex = (bytes: Buffer): string => bytes.toString('hex')
const messageType = (rest: Buffer): number => rest[18]!

t.test('what neighbours say is recorded as it came', async t => {
  const { file } = await recorded(t, true)
  const all = records(file)
  for (const { type } of all) t.equal(type, 17)
  t.ok(
    all.every(({ time }, at) => at === 0 || time >= all[at - 1]!.time),
    'in order of time'
  )
  const of = (address: string) => all.filter(each => bgp4mp(each).peer === address)

  const fromEdge = of(edge.address)
  const states = fromEdge.filter(({ subtype }) => subtype === 5).map(each => hex(bgp4mp(each).rest))
  t.equal(states.at(-1), '00060001', 'Established to Idle')
  t.ok(states.includes('00050006'), 'OpenConfirm to Established')
  const up = fromEdge.findIndex(each => each.subtype === 5 && hex(bgp4mp(each).rest) === '00050006')
  const [ours, theirs] = fromEdge.slice(up - 2, up)
  t.equal(ours!.subtype, messageSubtype(true, true, false))
  t.equal(theirs!.subtype, messageSubtype(true, false, false))
  for (const open of [ours!, theirs!]) t.equal(messageType(bgp4mp(open).rest), 1)
  t.match(bgp4mp(theirs!), { peerAs: edge.as, localAs: 64512, peer: edge.address, local: self.address })

  const updates = fromEdge.filter(each => each.subtype !== 5 && messageType(bgp4mp(each).rest) === 2)
  const withIds = updates.filter(({ subtype }) => subtype === 9)
  const nlri = withIds.map(each => hex(bgp4mp(each).rest)).join(' ')
  t.match(nlri, /0000000718cb0071/)
  t.match(nlri, /0000000818cb0071/)
  t.match(nlri, /00080000000718c63364/, 'withdrawn')
  const rest = updates.filter(({ subtype }) => subtype !== 9)
  t.ok(
    rest.length > 0 && rest.every(each => each.subtype === 4 && bgp4mp(each).rest.length <= 29),
    'End-of-RIB'
  )

  const last = of(gateway.address).at(-2)!
  t.equal(last.subtype, messageSubtype(true, false, false), 'its NOTIFICATION before the change of state')
  t.equal(messageType(bgp4mp(last).rest), 3)
  const ownLast = fromEdge.at(-2)!
  t.equal(ownLast.subtype, messageSubtype(true, true, false), 'ours is marked as local')
  t.equal(messageType(bgp4mp(ownLast).rest), 3)
})

t.test('what neighbours are told is recorded, too, if asked for', async t => {
  const ownUpdates = (file: Buffer) =>
    records(file).filter(
      each => [6, 7, 10, 11].includes(each.subtype) && messageType(bgp4mp(each).rest) === 2
    )
  t.same(ownUpdates((await recorded(t, true)).file), [])
  const told = ownUpdates((await recorded(t, true, true)).file)
  t.same([...new Set(told.map(each => bgp4mp(each).peer))].sort(), [edge.address, gateway.address].sort())
  for (const each of told) {
    const { rest } = bgp4mp(each)
    t.equal(rest.readUInt16BE(16), rest.length, 'one message each')
  }
  const toGateway = told.filter(each => bgp4mp(each).peer === gateway.address)
  t.ok(
    toGateway.some(({ subtype }) => subtype === messageSubtype(true, true, true)),
    'with path identifiers'
  )
  t.ok(
    told.some(each => each.subtype === messageSubtype(true, true, false) && bgp4mp(each).rest.length === 23),
    'End-of-RIB'
  )
})

t.test('without microseconds', async t => {
  const { file } = await recorded(t, false)
  for (const { type, time } of records(file)) t.ok(type === 16 && time % 1e6 === 0)
})

t.test('paths with identifiers have records of their own in a dump', async t => {
  const { tables } = await recorded(t, true)
  const all = records(tables)
  t.same(new Set(all.map(({ type }) => type)), new Set([13]))
  const prefix = all.filter(({ body }) => hex(body.subarray(4, 8)) === '18cb0071')
  t.same(
    prefix.map(({ subtype }) => subtype),
    [8]
  )
  const { body } = prefix[0]!
  t.equal(body.readUInt16BE(8), 2)
  const ids: number[] = []
  for (let at = 10; at < body.length; at += 12 + body.readUInt16BE(at + 10))
    ids.push(body.readUInt32BE(at + 6))
  t.same(ids.sort(), [7, 8])
  // RFC 8050 §4.2: family, path identifier, length, label with bottom of stack, RD, prefix.
  const generic = '00018000000009700004d100010a00000c0005c00002'
  t.ok(
    all.some(({ subtype, body }) => subtype === 12 && hex(body).slice(8).startsWith(generic)),
    'of other families too'
  )
  t.ok(
    all.some(({ subtype, body }) => subtype === 6 && hex(body.subarray(4, 7)) === '000184'),
    'paths without have the old ones'
  )
})

const reader = '/usr/bin/bgpdump'
t.test('bgpdump reads it', { skip: !existsSync(reader) && 'no bgpdump on this machine' }, async t => {
  const folder = t.testdir({})
  const read = (content: Buffer, format = ['-m', '-p']): string[] => {
    writeFileSync(`${folder}/file.mrt`, content)
    const text = execFileSync(reader, ['-v', ...format, `${folder}/file.mrt`], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe']
    })
    return text.trim().split('\n')
  }
  const sentTo = async (own: boolean): Promise<string[]> => {
    const text = read((await recorded(t, true, own)).file, []).join('\n')
    const heads = text.matchAll(/^TYPE: BGP4MP_ET\/MESSAGE_LOCAL\/Update\nFROM: (\S+) AS64512\nTO: (\S+)/gm)
    return Array.from(heads, ([, from, to]) => `${from} ${to}`)
  }
  t.same(await sentTo(false), [])
  const ways = [edge, gateway].map(({ address }) => `${self.address} ${address}`)
  t.same([...new Set(await sentTo(true))].sort(), ways.sort(), 'from us to each neighbour')
  for (const microseconds of [true, false]) {
    const { file, tables } = await recorded(t, microseconds)
    const lines = read(file)
    const type = microseconds ? 'BGP4MP_ET' : 'BGP4MP'
    const count = (start: string, ...rest: string[]): number =>
      lines.filter(line => line.startsWith(start) && rest.every(each => line.includes(each))).length
    t.equal(count(`${type}|`, '|STATE|', `|${edge.address}|${edge.as}|5|6`), 1)
    t.equal(count(`${type}|`, '|STATE|', `|${gateway.address}|64512|6|1`), 1)
    const from = `|${edge.address}|${edge.as}|`
    t.equal(count(`${type}_AP|`, `|A${from}203.0.113.0/24|7|65311|IGP|${edge.address}|`), 1)
    t.equal(count(`${type}_AP|`, `|A${from}203.0.113.0/24|8|65311|IGP|${edge.address}|0|5|`), 1)
    t.equal(count(`${type}_AP|`, `|W${from}198.51.100.0/24|7`), 1)
    const dumped = read(tables)
    t.same(
      dumped.map(line => line.split('|').slice(3, 9).join('|')),
      [7, 8].map(id => `B${from}203.0.113.0/24|${id}|65311`)
    )
  }
})

t.test('a dump of tables that fails half way is removed: it may be what fills the disk', async t => {
  const world = new LabWorld()
  const { node } = world.node({ hostname: 'cn-a', address: self.address, objects: [textOf(clusterObjects)] })
  const disk = new VirtualDisk()
  const tables = { file: '/mrt/rib.%s', intervalSeconds: 60 }
  const files = new MrtFiles(node, disk, { updates: undefined, tables })
  files.start()
  const neighbors = [{ address: self.address, as: 64512 }]
  const router = world.router({ name: 'edge', ...edge, families: ['inet'], listenPort: 179, neighbors })
  world.until('it is up', () => router.isEstablished)
  router.announce('inet', '203.0.113.0/24')
  disk.room = 150
  world.run(60_000)
  for (let i = 0; i < 50; i++) {
    await settle()
    world.run(10)
  }
  t.ok(disk.room < 150, 'some of it was written')
  t.match(files.states, [{ isUp: false, dropped: 1, lastError: 'no space left on device' }])
  t.same(disk.names, [])
  node.stop()
  world.run(2_000)
  await files.stop()
})
