import { existsSync, readFileSync } from 'node:fs'
import t from 'tap'
import { weft } from '../cli/running-cli.js'
import { running } from '../introspect/running.js'
import { Cluster } from '../support/cluster.js'
import { instanceOf, routers } from '../support/cluster-objects.js'

interface MrtRecord {
  readonly subtype: number
  readonly body: Buffer
}

/** Of its own, by RFC 6396 §2. */
function records(file: Buffer): MrtRecord[] {
  const found: MrtRecord[] = []
  for (let at = 0; at < file.length; ) {
    if (file.readUInt16BE(at + 4) !== 13) throw new Error(`type at ${at}`)
    const length = file.readUInt32BE(at + 8)
    found.push({ subtype: file.readUInt16BE(at + 6), body: file.subarray(at + 12, at + 12 + length) })
    at += 12 + length
  }
  return found
}

t.test('a node dumps its tables', async t => {
  const cluster = new Cluster()
  cluster.start()
  for (const deed of cluster.deeds) deed()
  cluster.world.run(10_000)
  const { port, get } = await running(t, cluster.view('cn-a'))
  const folder = t.testdir({})
  const file = `${folder}/dump.mrt`
  const dump = (...words: string[]) =>
    weft(['route', 'dump', '--port', String(port), '--mrt', file, ...words])

  t.equal((await dump()).code, 0)
  const all = records(readFileSync(file))
  const index = all[0]!
  t.equal(index.subtype, 1, 'the peers first')
  const { node } = cluster.nodes.get('cn-a')!
  t.equal(index.body.readUInt16BE(6), 1 + [...node.peers].length)
  // All are IPv4 with 4-byte AS numbers: 13 bytes each.
  const addresses: string[] = []
  for (let at = 8; at < index.body.length; at += 13)
    addresses.push([...index.body.subarray(at + 5, at + 9)].join('.'))
  const edge = addresses.indexOf(routers.edge.address)
  t.ok(edge > 0)

  const inet = all.find(
    ({ subtype, body }) => subtype === 2 && body.subarray(4, 8).toString('hex') === '18cb0071'
  )!
  const entries = inet.body.readUInt16BE(8)
  const peers: number[] = []
  for (let at = 10, i = 0; i < entries; i++) {
    peers.push(inet.body.readUInt16BE(at))
    t.equal(inet.body[at + 8], 0x40, 'ORIGIN first')
    at += 8 + inet.body.readUInt16BE(at + 6)
    if (i === entries - 1) t.equal(at, inet.body.length, 'nothing behind the last entry')
  }
  t.ok(peers.includes(edge))
  const generic = all.filter(({ subtype }) => subtype === 6)
  t.ok(
    generic.some(({ body }) => body.readUInt16BE(4) === 1 && body[6] === 128),
    'VPN routes'
  )
  let paths = 0
  for (const table of node.instances.master.tables.values())
    if (table.family.name !== 'inet' && table.family.name !== 'inet6')
      paths += table.counts.primary + table.counts.secondary
  t.equal(generic.length, paths)
  for (const [at, { body }] of all.slice(1).entries())
    t.equal(body.readUInt32BE(0), at, 'numbered in sequence')

  const red = `${instanceOf('red')}.inet6.0`
  t.equal((await dump('--table', red)).code, 0)
  const one = records(readFileSync(file)).slice(1)
  t.equal(one.length, node.instances.table(red)!.size)
  for (const { subtype, body } of one) {
    t.equal(subtype, 4)
    t.ok(body.includes(Buffer.from([0x80, 14])), 'the next hop is in MP_REACH_NLRI')
  }
  t.match(await dump('--table', 'none'), { code: 1, error: /no such table/ })
  t.notOk(existsSync(`${file}.unfinished`))
  t.equal((await get('/api/v1/routes/dump?x=1')).status, 400)
})
