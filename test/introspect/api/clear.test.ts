import t from 'tap'
import type { OperationsFrom } from '../../../src/config/node-config.js'
import { nodeOperations } from '../../../src/introspect/from-node/operations.js'
import { IntrospectServer } from '../../../src/introspect/introspect-server.js'
import { weft } from '../../cli/running-cli.js'
import { Cluster } from '../../support/cluster.js'
import { nodeFile } from '../../support/node-file.js'

interface Served {
  readonly cluster: Cluster
  readonly port: number
  post(
    path: string,
    headers?: Record<string, string>
  ): Promise<{
    status: number
    body: { error?: string; neighbors?: { neighbor: string; acts: boolean; what: string }[] }
  }>
  cli(...words: string[]): ReturnType<typeof weft>
  flaps(name: string): number
}

async function served(
  t: { teardown(end: () => Promise<void>): void },
  from: OperationsFrom = 'this-machine',
  testMode = false
): Promise<Served> {
  const cluster = new Cluster()
  cluster.start()
  for (const deed of cluster.deeds) deed()
  cluster.world.run(10_000)
  const { node } = cluster.nodes.get('cn-a')!
  const server = new IntrospectServer({
    view: cluster.view('cn-a'),
    address: '127.0.0.1',
    port: 0,
    log: { error() {} },
    operations: { operations: nodeOperations(node, () => nodeFile), from, testMode }
  })
  const { port } = await server.start()
  t.teardown(() => server.stop())
  return {
    cluster,
    port,
    post: async (path, headers = { 'weft-operator': 'ada' }) => {
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`, { method: 'POST', headers })
      return { status: answer.status, body: (await answer.json()) as { error?: string } }
    },
    cli: (...words) => weft(['ctr', 'clear', 'nei', ...words, '--port', String(port)].filter(Boolean)),
    flaps: name => [...node.peers].find(peer => peer.name.endsWith(`:${name}`))!.session.statistics.flaps
  }
}

t.test('T-PEER-5 a hard clear resets the session, and it comes back', async t => {
  const { cluster, post, flaps } = await served(t)
  const dry = await post('neighbors/edge/clear?what=hard&dryRun=true')
  t.match(dry, {
    status: 200,
    body: { dryRun: true, neighbors: [{ acts: true, what: /reset: 1 paths from it/ }] }
  })
  cluster.world.run(1_000)
  t.equal(flaps('edge'), 0, 'a dry run does nothing')
  t.match(await post('neighbors/edge/clear?what=hard&text=maintenance'), {
    status: 200,
    body: { dryRun: false }
  })
  cluster.world.run(1_000)
  t.equal(flaps('edge'), 1)
  t.equal(flaps('gateway'), 0, 'nobody else')
  const [close] = [...cluster.edge.sessions.values()][0]!.closes
  t.match(close, { notification: { code: 6, subcode: 4, text: /maintenance/ } })
  cluster.world.until('it is back', () => cluster.edge.isEstablished)
})

t.test('a soft clear leaves the session up', async t => {
  const { cluster, post, flaps } = await served(t)
  const { node } = cluster.nodes.get('cn-a')!
  const peer = [...node.peers].find(({ name }) => name.endsWith(':edge'))!
  const [family] = peer.families.values()
  t.match(await post('neighbors/10.0.0.11/clear?what=soft-in&family=inet'), {
    status: 200,
    body: { neighbors: [{ acts: true, what: /asked/ }] }
  })
  t.equal(family!.counts.refreshRequestsSent, 1)
  t.match(await post('neighbors/edge/clear?what=soft-out'), {
    status: 200,
    body: { neighbors: [{ acts: true, what: /told/ }] }
  })
  t.equal(family!.counts.refreshesSent, 1)
  t.match(await post('neighbors/edge/clear?what=soft-in&family=e-vpn'), {
    status: 200,
    body: { neighbors: [{ acts: false, what: 'evpn is not exchanged with it' }] }
  })
  t.equal(flaps('edge'), 0)
})

t.test('all neighbors, spread over time', async t => {
  const { cluster, post, flaps } = await served(t)
  const names = ['edge', 'gateway', 'cn-b']
  const flapped = (): number => names.filter(name => flaps(name) === 1).length
  t.match(await post('neighbors/clear?what=hard'), { status: 400, body: { error: /all/ } })
  t.match(await post('neighbors/clear?what=hard&all=false'), {
    status: 400,
    body: { error: /all: must be true/ }
  })
  t.equal(flapped(), 0)
  const answer = await post('neighbors/clear?what=hard&all=true&perSecond=1')
  t.equal(answer.body.neighbors!.length, 3)
  t.equal(flapped(), 1)
  t.match(await post('neighbors/edge/clear?what=hard'), {
    status: 409,
    body: { error: /2 neighbors are still to come/ }
  })
  cluster.world.run(1_100)
  t.equal(flapped(), 2)
  cluster.world.run(1_100)
  t.equal(flapped(), 3)
})

t.test('one that cannot be cleared keeps nobody else from it', async t => {
  const { cluster, post, flaps } = await served(t)
  const { node } = cluster.nodes.get('cn-a')!
  const first = [...node.peers].find(({ name }) => name.endsWith(':cn-b'))!
  const { clear } = first.session
  first.session.clear = () => {
    throw new Error('a defect')
  }
  t.match(await post('neighbors/clear?what=hard&all=true&perSecond=1'), { status: 200 })
  cluster.world.run(2_200)
  t.same([flaps('cn-b'), flaps('edge'), flaps('gateway')], [0, 1, 1])
  first.session.clear = clear
  t.match(await post('neighbors/cn-b/clear?what=hard'), { status: 200 }, 'no clear is under way any more')
  t.equal(flaps('cn-b'), 1)
})

t.test('T-PEER-5 a group: those to which all that is said applies', async t => {
  const { cluster, post, flaps, cli } = await served(t)
  const { node } = cluster.nodes.get('cn-a')!
  const master = 'default-domain:default-project:ip-fabric:__default__'
  const clearedBy = async (query: string): Promise<string[]> => {
    const { status, body } = await post(`neighbors/clear?what=hard&dryRun=true&${query}`)
    t.equal(status, 200, query)
    return body.neighbors!.map(({ neighbor }) => neighbor.split(':').at(-1)!)
  }
  const edge = [...node.peers].find(({ name }) => name.endsWith(':edge'))!
  const { peerAs } = node.peers.settingsOf(edge.name)!
  t.same(await clearedBy('all=true'), ['cn-b', 'edge', 'gateway'])
  t.same(await clearedBy(`instance=${master}`), ['cn-b', 'edge', 'gateway'])
  t.same(await clearedBy(`peerAs=${peerAs}`), ['edge'])
  t.same(await clearedBy('range=10.0.0.11/32'), ['edge'])
  t.same(await clearedBy('peerType=external'), ['edge'])
  t.same(await clearedBy('peerType=internal'), ['cn-b', 'gateway'])
  t.same(await clearedBy('peerType=internal&range=10.0.0.11/32'), [])
  t.same(await clearedBy('range=2001:db8::/32'), [])
  for (const [query, status, error] of [
    ['instance=nowhere', 404, /no such instance: nowhere/],
    ['range=10.0.0.0', 400, /range: 10.0.0.0 is not a prefix/],
    ['peerAs=0', 400, /peerAs/],
    ['peerType=ibgp', 400, /peerType/],
    ['all=true&peerType=internal', 400, /all: must be true, to clear all/],
    ['all=false&peerType=internal', 400, /all: must be true/]
  ] as const)
    t.match(await post(`neighbors/clear?what=hard&${query}`), { status, body: { error } }, query)
  t.match(await cli('--as', String(peerAs), '--dry-run'), { code: 0, out: /edge +10\.0\.0\.11 +clear/ })
  t.match(await cli('--instance', master, 'soft', 'out', '--json'), { code: 0, out: /"dryRun": false/ })
  cluster.world.run(1_000)
  t.match(await cli('--type', 'ibgp'), { code: 2 })
  t.match(await cli('--as', 'many'), { code: 2, error: /An AS is a number/ })
  t.match(await cli('--range', '192.0.2.0/24'), { code: 1, out: /no such neighbors/ })
  t.match(await post('neighbors/clear?what=hard&range=10.0.0.11/32'), { status: 200 })
  cluster.world.run(1_000)
  t.equal(flaps('edge'), 1)
  t.equal(flaps('gateway') + flaps('cn-b'), 0)
})

t.test('ClearBgpNeighborReq of introspect, in test mode alone', async t => {
  const asked = async (served: Served, name: string, headers = {}): Promise<string> => {
    const answer = await fetch(`http://127.0.0.1:${served.port}/Snh_ClearBgpNeighborReq?x=${name}`, {
      headers
    })
    const page = await answer.text()
    served.cluster.world.run(1_000)
    return /<success type="bool" identifier="1">(\w+)<\/success>/.exec(page)?.[1] ?? page
  }
  for (const [from, testMode] of [
    ['this-machine', false],
    ['nobody', true]
  ] as const) {
    const it = await served(t, from, testMode)
    t.equal(await asked(it, 'edge'), 'false')
    t.equal(it.flaps('edge'), 0)
  }
  const it = await served(t, 'this-machine', true)
  t.equal(await asked(it, 'edge', { origin: 'http://evil.example' }), 'false')
  t.equal(await asked(it, 'nobody'), 'false')
  t.equal(it.flaps('edge'), 0)
  t.equal(await asked(it, 'edge'), 'true')
  t.equal(it.flaps('edge'), 1)
  const [close] = [...it.cluster.edge.sessions.values()][0]!.closes
  t.match(close, { notification: { code: 6, subcode: 4 } })
})

t.test('what is wrong with a request is said, and nothing happens', async t => {
  const { post, flaps } = await served(t)
  for (const [path, status, error] of [
    ['neighbors/nobody/clear?what=hard', 404, /no such neighbor: nobody/],
    ['neighbors/edge/clear', 400, /what/],
    ['neighbors/edge/clear?what=soft', 400, /what/],
    ['neighbors/edge/clear?what=hard&family=inet', 400, /family: a hard clear/],
    ['neighbors/edge/clear?what=soft-in&family=ipv4', 400, /family: ipv4 is none of inet/],
    ['neighbors/edge/clear?what=soft-in&text=x', 400, /text/],
    [`neighbors/edge/clear?what=hard&text=${'%C3%A4'.repeat(128)}`, 400, /text: longer than 255 bytes/],
    ['neighbors/edge/clear?what=hard&force=true', 400, /additional/],
    ['neighbors/clear?what=hard&all=true&perSecond=0', 400, /perSecond/]
  ] as const)
    t.match(await post(path), { status, body: { error } }, path)
  t.equal(flaps('edge'), 0)
})

t.test('who may', async t => {
  const { post, flaps, port } = await served(t)
  const path = 'neighbors/edge/clear?what=hard'
  for (const [headers, error] of [
    [{}, /weft-operator must say who asks/],
    [{ 'weft-operator': '' }, /weft-operator must say who asks/],
    [{ 'weft-operator': 'x'.repeat(65) }, /weft-operator must say who asks/],
    [{ 'weft-operator': 'ada', origin: 'http://evil.example' }, /browsers/],
    [{ 'weft-operator': 'ada', 'sec-fetch-site': 'same-origin' }, /browsers/]
  ] as const)
    t.match(await post(path, headers), { status: 403, body: { error } })
  const preflight = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`, {
    method: 'OPTIONS',
    headers: {
      origin: 'http://evil.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'weft-operator'
    }
  })
  t.equal(preflight.headers.get('access-control-allow-origin'), null)
  const got = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`)
  t.equal(got.status, 405)
  t.equal(got.headers.get('allow'), 'POST')
  t.equal(flaps('edge'), 0)
  const { post: off } = await served(t, 'nobody')
  t.match(await off(path), { status: 403, body: { error: /switched off/ } })
})

t.test('weft ctr clear nei', async t => {
  const { cli, cluster, flaps } = await served(t)
  t.match(await cli('edge', '--dry-run'), {
    code: 0,
    out: /edge +10\.0\.0\.11 +clear +the session is reset.*\nNothing was done/s
  })
  t.match(await cli('edge', 'soft', 'in', '--family', 'inet'), {
    code: 0,
    out: /it is asked for all routes again: inet/
  })
  t.match(await cli('--all', 'soft', 'out', '--json'), { code: 0, out: /"dryRun": false/ })
  cluster.world.run(1_000)
  t.equal(flaps('edge'), 0)
  t.match(await cli('edge'), { code: 0, out: /the session is reset/ })
  t.match(await cli(), { code: 2, error: /name a neighbor, or say --all/ })
  t.match(await cli('edge', 'soft'), { code: 2, error: /'soft' is none of: hard, soft in, soft out/ })
  t.match(await cli('edge', '--per-second', '5'), { code: 2, error: /goes with --all/ })
  t.match(await cli('nobody'), { code: 1, error: /no such neighbor: nobody/ })
  t.match(await cli('edge', 'soft', 'in'), {
    code: 1,
    out: /no session is up/,
    error: /nothing was there to clear/
  })
})
