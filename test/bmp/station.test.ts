import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { offer } from '../../src/bgp/session/offer.js'
import { familyNamed } from '../../src/bgp/wire/families.js'
import { BmpStation } from '../../src/bmp/station.js'
import { TableFeed } from '../../src/bmp/table-feed.js'
import type { Connection } from '../../src/runtime/transport.js'
import { bgpSource } from '../bgp/rib/rib-helpers.js'
import { Cluster } from '../support/cluster.js'
import { clusterObjects, instanceOf, networkOf, routers } from '../support/cluster-objects.js'
import { type BmpMessage, decode } from './decoder.js'

const address = '192.0.2.200'

class Collector {
  readonly chunks: Buffer[] = []
  connection: Connection | undefined
  connections = 0
  constructor(cluster: Cluster) {
    cluster.world.host(address).listen({
      port: 11019,
      listening: () => {},
      accepted: connection => {
        this.connection = connection
        this.connections++
        this.chunks.length = 0
        connection.attach({
          received: bytes => this.chunks.push(Buffer.from(bytes)),
          writable: () => {},
          closed: () => {}
        })
      }
    })
  }
  get messages(): BmpMessage[] {
    return decode(Buffer.concat(this.chunks))
  }
  /** Routes as a station would know them: the last word on each UPDATE's bytes behind the header, in hex. */
  updates(peerType: number, flags: number): string[] {
    return this.messages
      .filter(each => each.type === 0 && each.peerType === peerType && each.flags === flags)
      .filter(each => peerType === 3 || each.address === routers.edge.address)
      .map(each => each.bgp[0]!.toString('hex'))
  }
}

const what = ['pre-policy', 'post-policy', 'loc-rib'] as const
/** 203.0.113.0/24 as NLRI at the end of an UPDATE, and as withdrawn. */
const announced = /18cb0071$/
const withdrawn = /^.{38}000418cb00710000$/

t.test('a station follows a node', async t => {
  const cluster = new Cluster()
  cluster.start()
  for (const deed of cluster.deeds) deed()
  cluster.world.run(10_000)
  const { node } = cluster.nodes.get('cn-a')!
  const collector = new Collector(cluster)
  const station = new BmpStation(node, { address, port: 11019, what }, 'Weft')
  station.start()
  cluster.world.run(5_000)

  const { messages } = collector
  t.equal(messages[0]!.type, 4, 'Initiation first')
  t.match(messages[0]!.body.toString(), /Weft.*cn-a/s)
  const ups = messages.filter(({ type }) => type === 3)
  t.equal(ups.filter(({ peerType }) => peerType === 0).length, [...node.peers].length)
  t.equal(ups.filter(({ peerType }) => peerType === 3).length, 1)
  for (const up of ups) {
    t.equal(up.bgp.length, 2, 'both OPENs')
    for (const open of up.bgp) t.equal(open[18], 1)
  }
  for (const [peerType, flags, name] of [
    [0, 0, 'pre-policy'],
    [0, 0x40, 'post-policy'],
    [3, 0, 'loc-RIB']
  ] as const) {
    const updates = collector.updates(peerType, flags)
    t.equal(updates.filter(each => announced.test(each)).length, 1, `${name}: what was there`)
    t.ok(
      updates.some(each => each.endsWith('001702' + '00000000')),
      `${name}: End-of-RIB`
    )
  }

  collector.chunks.length = 0
  cluster.edge.withdraw('inet', '203.0.113.0/24')
  cluster.world.run(2_000)
  for (const [peerType, flags] of [
    [0, 0],
    [0, 0x40],
    [3, 0]
  ] as const)
    t.equal(collector.updates(peerType, flags).filter(each => withdrawn.test(each)).length, 1)
  cluster.edge.announce('inet', '203.0.113.0/24')
  cluster.world.run(2_000)
  for (const [peerType, flags] of [
    [0, 0],
    [0, 0x40],
    [3, 0]
  ] as const)
    t.ok(collector.updates(peerType, flags).some(each => announced.test(each)))

  collector.chunks.length = 0
  cluster.world.run(60_000)
  const reports = collector.messages.filter(({ type }) => type === 1)
  t.equal(reports.length, [...node.peers].length + 1)
  for (const { body } of reports) t.ok(body.readUInt32BE(0) >= 2)

  collector.chunks.length = 0
  cluster.edge.stop()
  cluster.world.run(2_000)
  const down = collector.messages.filter(({ type }) => type === 2)
  t.equal(down.length, 1)
  t.equal(down[0]!.body[0], 3, 'the neighbour sent a NOTIFICATION')
  t.equal(down[0]!.bgp[0]![18], 3)
  t.equal(collector.updates(0, 0x40).length, 0, 'the withdrawal is implied')
  t.ok(
    collector.updates(3, 0).some(each => withdrawn.test(each)),
    'but not that of loc-RIB'
  )

  const before = collector.connections
  collector.connection!.destroy()
  cluster.world.run(5_000)
  t.equal(collector.connections, before + 1, 'it dials again')
  t.equal(collector.messages[0]!.type, 4)

  station.stop()
  cluster.world.run(5_000)
  t.equal(collector.messages.at(-1)!.type, 5, 'Termination last')
  t.equal(node.peerMonitors.list, undefined)
  for (const { listeners } of node.instances.master.tables.values())
    t.notOk(listeners.some(listener => listener instanceof TableFeed))
})

t.test('a station that does not read is told all anew', async t => {
  const cluster = new Cluster()
  cluster.start()
  const { node } = cluster.nodes.get('cn-a')!
  const collector = new Collector(cluster)
  const station = new BmpStation(node, { address, port: 11019, what: ['pre-policy'] }, 'Weft')
  station.start()
  cluster.world.run(2_000)
  collector.connection!.pause()
  const peer = [...node.peers][0]!
  const message = new Uint8Array(60_000)
  for (let i = 0; i < 700; i++) station.update(peer, message, 0, message.length)
  t.equal(station.state.dropped, 1)
  t.equal(station.state.isUp, false)
  cluster.world.run(5_000)
  t.equal(collector.connections, 2)
  t.equal(station.state.isUp, true)
  station.stop()
})

t.test('paths that are kept while a neighbour is away are told again when it is back', async t => {
  const [system, ...rest] = clusterObjects
  const graceful = { enable: true, restart_time: 120, bgp_helper_enable: true, end_of_rib_timeout: 300 }
  const cluster = new Cluster(1, [{ ...system!, graceful_restart_parameters: graceful }, ...rest])
  const { node } = cluster.nodes.get('cn-a')!
  const families = [{ family: familyNamed('inet')! }]
  const edge = cluster.world.router({
    name: 'edge',
    ...routers.edge,
    families: ['inet'],
    listenPort: 179,
    neighbors: [{ address: routers['cn-a'].address, as: 64512 }],
    session: {
      capabilities: offer({
        localAs: routers.edge.as,
        families,
        gracefulRestart: { keepsRoutes: true, restartTimeSeconds: 120 }
      })
    }
  })
  cluster.world.until('the router is up', () => edge.isEstablished)
  edge.announce('inet', '203.0.113.0/24')
  edge.announce('inet', '198.51.100.0/24')
  const collector = new Collector(cluster)
  const station = new BmpStation(node, { address, port: 11019, what }, 'Weft')
  station.start()
  cluster.world.run(5_000)
  t.equal(collector.updates(0, 0x40).filter(each => announced.test(each)).length, 1)

  collector.chunks.length = 0
  edge.stop('silent')
  cluster.world.run(5_000)
  t.equal(node.instances.master.table('inet')!.counts.stale, 2, 'they are kept')
  t.same(
    collector.messages.map(({ type }) => type),
    [2],
    'Peer Down says all'
  )
  edge.start()
  edge.withdraw('inet', '198.51.100.0/24')
  cluster.world.until('it is back', () => edge.isEstablished)
  cluster.world.run(20_000)
  t.equal(node.instances.master.table('inet')!.counts.stale, 0)
  const updates = collector.updates(0, 0x40)
  t.equal(updates.filter(each => /18c63364$/.test(each)).length, 1, 'still in use until its End-of-RIB')
  const last = (prefix: RegExp): string | undefined => updates.findLast(each => prefix.test(each))
  t.match(last(/18cb0071/), announced, 'announced anew, and the same as before')
  t.notOk(announced.test(last(/18c63364/) ?? ''), 'not announced anew, and gone')
  t.equal(updates.filter(each => each.endsWith('0017020000' + '0000')).length, 1, 'End-of-RIB')
  station.stop()
})

t.test('a new version of a route that there is no message for is a withdrawal of the old one', async t => {
  const cluster = new Cluster()
  cluster.start()
  cluster.world.run(10_000)
  const { node } = cluster.nodes.get('cn-a')!
  const collector = new Collector(cluster)
  const station = new BmpStation(node, { address, port: 11019, what: ['loc-rib'] }, 'Weft')
  station.start()
  const table = node.instances.master.table('inet')!
  const source = bgpSource('10.0.0.99')
  const prefix = table.family.parse('203.0.113.0/24')!
  /** ORIGIN, an empty AS_PATH, and a next hop or none. */
  const change = (nextHop: string): string[] => {
    collector.chunks.length = 0
    const bytes = Buffer.from(`40010100400200${nextHop}`, 'hex')
    const set = node.attributes.intern(bytes, 0, bytes.length)
    table.update(prefix, 0, prefix.length, source, set, 0)
    node.attributes.release(set)
    cluster.world.run(1_000)
    return collector.updates(3, 0)
  }
  const hop = '400304c0000201'
  cluster.world.run(5_000)
  t.match(change(hop), [announced])
  t.match(change(''), [withdrawn])
  t.same(change(''), [], 'once')
  t.match(change(hop), [announced])
  station.stop()
})

t.test('loc-RIBs of routing instances', async t => {
  const cluster = new Cluster()
  cluster.start()
  for (const deed of cluster.deeds) deed()
  cluster.world.run(10_000)
  const { node } = cluster.nodes.get('cn-a')!
  const collector = new Collector(cluster)
  const station = new BmpStation(node, { address, port: 11019, what: ['loc-rib-instances'] }, 'Weft')
  station.start()
  cluster.world.run(65_000)
  const red = node.instances.get(instanceOf('red'))!
  const rd = Buffer.from(red.rd).toString('hex')
  const ups = collector.messages.filter(({ type, peerType }) => type === 3 && peerType === 3)
  t.equal(ups.length, [...node.instances].length - 1, 'one for each instance but the master')
  const up = ups.find(({ distinguisher }) => distinguisher === rd)!
  t.ok(up.body.toString('latin1').endsWith(instanceOf('red')), 'with its name')
  const ofRed = collector.messages.filter(({ distinguisher }) => distinguisher === rd)
  const updates = ofRed.filter(({ type }) => type === 0).map(each => each.bgp[0]!.toString('hex'))
  t.equal(updates.filter(each => each.endsWith('200a010003')).length, 1, 'its route')
  const report = ofRed.find(({ type }) => type === 1)!
  t.match([...statistics(report.body)], [['8', BigInt(sizeOf(red.tables.values()))]])

  collector.chunks.length = 0
  cluster.configure('cn-a', objects =>
    objects.filter(({ fq_name }) => !fq_name.join(':').startsWith(networkOf('red')))
  )
  cluster.world.run(5_000)
  const down = collector.messages.filter(({ type }) => type === 2)
  t.same(
    down.map(({ distinguisher, body }) => [distinguisher, body[0]]),
    [[rd, 6]]
  )
  t.ok(down[0]!.body.toString('latin1').endsWith(instanceOf('red')))
  station.stop()
  cluster.world.run(2_000)
  for (const instance of node.instances)
    for (const { listeners } of instance.tables.values())
      t.notOk(listeners.some(listener => listener instanceof TableFeed))
})

const sizeOf = (tables: Iterable<{ readonly size: number }>): number =>
  [...tables].reduce((sum, { size }) => sum + size, 0)

/** By type, `9 1/1` where it is of a family. */
function* statistics(body: Buffer): Generator<[string, bigint]> {
  for (let at = 4; at < body.length; at += 4 + body.readUInt16BE(at + 2)) {
    const type = body.readUInt16BE(at)
    const length = body.readUInt16BE(at + 2)
    if (length === 4) yield [`${type}`, BigInt(body.readUInt32BE(at + 4))]
    else if (length === 8) yield [`${type}`, body.readBigUInt64BE(at + 4)]
    else yield [`${type} ${body.readUInt16BE(at + 4)}/${body[at + 6]}`, body.readBigUInt64BE(at + 7)]
  }
}

t.test('statistics of a neighbour', async t => {
  const cluster = new Cluster()
  cluster.start()
  const { node } = cluster.nodes.get('cn-a')!
  const collector = new Collector(cluster)
  const station = new BmpStation(node, { address, port: 11019, what: ['pre-policy'] }, 'Weft')
  station.start()
  cluster.world.run(2_000)
  cluster.edge.announce('inet', '203.0.113.0/24')
  cluster.edge.announce('inet', '198.51.100.0/24', { asPath: '65311 64512 65311' })
  cluster.world.run(60_000)
  const report = collector.messages.find(each => each.type === 1 && each.address === routers.edge.address)!
  t.equal(report.body.readUInt32BE(0), [...statistics(report.body)].length)
  t.same(
    [...statistics(report.body)],
    [
      ['3', 0n],
      ['4', 1n],
      ['5', 0n],
      ['7', 2n],
      ['9 1/1', 2n],
      ['11', 0n]
    ]
  )
  station.stop()
})

t.test('a station that hangs up is called less and less often, one that lasted at once', async t => {
  const cluster = new Cluster()
  cluster.start()
  const { node } = cluster.nodes.get('cn-a')!
  const collector = new Collector(cluster)
  const station = new BmpStation(node, { address, port: 11019, what: ['pre-policy'] }, 'Weft')
  station.start()
  cluster.world.run(500)
  const pauses: number[] = []
  const hangUp = (): void => {
    const { connections } = collector
    const at = cluster.world.scheduler.now()
    collector.connection!.destroy()
    cluster.world.until('it is called', () => collector.connections > connections, 120_000)
    pauses.push(Math.round((cluster.world.scheduler.now() - at) / 1000))
  }
  for (let i = 0; i < 8; i++) hangUp()
  t.same(pauses, [1, 2, 4, 8, 16, 32, 60, 60])
  cluster.world.run(61_000)
  hangUp()
  t.equal(pauses.at(-1), 1)
  cluster.world.run(500)
  t.match(station.state, { kind: 'bmp', target: `${address}:11019`, isUp: true, dropped: 0 })
  station.stop()
})

t.test(
  'tshark reads it',
  { skip: !existsSync('/usr/bin/text2pcap') && 'no tshark on this machine' },
  async t => {
    const cluster = new Cluster()
    cluster.start()
    for (const deed of cluster.deeds) deed()
    const { node } = cluster.nodes.get('cn-a')!
    const collector = new Collector(cluster)
    const station = new BmpStation(node, { address, port: 11019, what }, 'Weft')
    station.start()
    cluster.world.run(70_000)
    cluster.edge.stop()
    cluster.world.run(2_000)
    station.stop()
    cluster.world.run(2_000)
    const stream = Buffer.concat(collector.chunks)
    // One BMP message, one segment.
    const lines: string[] = []
    for (let at = 0; at < stream.length; at += stream.readUInt32BE(at + 1)) {
      const message = stream.subarray(at, at + stream.readUInt32BE(at + 1))
      for (let i = 0; i < message.length; i += 16)
        lines.push(
          `${i.toString(16).padStart(6, '0')} ${message
            .subarray(i, i + 16)
            .toString('hex')
            .replace(/../g, '$& ')}`
        )
    }
    const folder = t.testdir({})
    writeFileSync(`${folder}/bmp.txt`, `${lines.join('\n')}\n`)
    execFileSync('text2pcap', ['-q', '-T', '40000,11019', `${folder}/bmp.txt`, `${folder}/bmp.pcap`], {
      stdio: 'ignore'
    })
    const read = (...words: string[]): string =>
      execFileSync('tshark', ['-r', `${folder}/bmp.pcap`, '-d', 'tcp.port==11019,bmp', ...words], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore']
      })
    const types = read('-Y', 'bmp', '-T', 'fields', '-e', 'bmp.type')
    t.equal(types.trim().split(/\s+/).length, collector.messages.length)
    const fields = (filter: string, ...names: string[]): string[] =>
      read('-Y', filter, '-T', 'fields', ...names.flatMap(name => ['-e', name]))
        .trim()
        .split('\n')
    const ofEdge = `bmp.peer.ip.addr == ${routers.edge.address}`
    const [up] = fields(`bmp.type == 3 && ${ofEdge}`, 'bmp.peer.asn', 'bmp.peer.id', 'bmp.peer.up.ip.addr')
    t.equal(up, `65311\t${routers.edge.address}\t${routers['cn-a'].address}`, 'Peer Up')
    const opens = fields(`bmp.type == 3 && ${ofEdge}`, 'bgp.open.myas', 'bgp.open.identifier')
    t.same(opens, [`64512,65311\t${routers['cn-a'].address},${routers.edge.address}`], 'both OPENs')
    const announced = (filter: string): string[] =>
      fields(
        `bmp.type == 0 && bgp.nlri_prefix == 203.0.113.0 && ${filter}`,
        'bgp.update.path_attribute.next_hop'
      )
    for (const filter of [
      `${ofEdge} && bmp.peer.flags.post_policy == 0`,
      `${ofEdge} && bmp.peer.flags.post_policy == 1`,
      'bmp.peer.type == 3'
    ])
      t.same([...new Set(announced(filter))], [routers.edge.address], filter)
    const counts = ['routes_adj_rib_in', 'routes_per_adj_rib_in.afi', 'routes_per_adj_rib_in.safi']
    const names = [...counts, 'routes_per_adj_rib_in', 'update_treat'].map(name => `bmp.stats.data.${name}`)
    t.same(fields(`bmp.type == 1 && ${ofEdge}`, ...names), ['1\t1\t1\t1\t0'], 'statistics')
    t.same(fields(`bmp.type == 2 && ${ofEdge}`, 'bmp.peer.down.reason', 'bgp.notify.major_error'), ['3\t6'])
    t.same(fields('bmp.type == 4', 'bmp.init.type', 'bmp.init.info'), ['1,2\tWeft,cn-a'])
    t.same(fields('bmp.type == 5', 'bmp.term.type', 'bmp.term.reason'), ['1\t0'])
    // Its BGP dissector takes the table name behind the OPENs (RFC 9069 §4.4) for a third message.
    const malformed = read('-Y', '_ws.malformed && !(bmp.type == 3 && bmp.peer.type == 3)')
    t.equal(malformed, '')
  }
)
