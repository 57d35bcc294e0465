import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { BmpStation } from '../../src/bmp/station.js'
import { TableFeed } from '../../src/bmp/table-feed.js'
import type { Connection } from '../../src/runtime/transport.js'
import { Cluster } from '../support/cluster.js'
import { routers } from '../support/cluster-objects.js'
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
  t.equal(station.resets, 1)
  t.equal(station.isUp, false)
  cluster.world.run(5_000)
  t.equal(collector.connections, 2)
  t.equal(station.isUp, true)
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
    // Its BGP dissector takes the table name behind the OPENs (RFC 9069 §4.4) for a third message.
    const malformed = read('-Y', '_ws.malformed && !(bmp.type == 3 && bmp.peer.type == 3)')
    t.equal(malformed, '')
  }
)
