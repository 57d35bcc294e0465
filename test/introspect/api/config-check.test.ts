/** POST /api/v1/config/check and `weft config check FILE --node`: of a node that runs, with its sessions. */
import t, { type Test } from 'tap'
import type { NodeConfig } from '../../../src/config/node-config.js'
import { nodeOperations } from '../../../src/introspect/from-node/operations.js'
import { IntrospectServer } from '../../../src/introspect/introspect-server.js'
import { weft } from '../../cli/running-cli.js'
import { Cluster } from '../../support/cluster.js'
import { type ApiObject, clusterObjects, instanceOf, textOf } from '../../support/cluster-objects.js'
import { nodeFile, nodeFileOf } from '../../support/node-file.js'

/** A node with sessions, whose time goes on while it is asked. */
async function served(t: Test, running: NodeConfig = nodeFile) {
  const cluster = new Cluster()
  cluster.start()
  const { node } = cluster.nodes.get('cn-a')!
  node.configureNeighbours(running.bgp)
  cluster.world.run(20_000)
  const server = new IntrospectServer({
    view: cluster.view('cn-a'),
    address: '127.0.0.1',
    port: 0,
    log: { error: fields => t.fail(JSON.stringify(fields)) },
    operations: { operations: nodeOperations(node, () => running), from: 'this-machine' }
  })
  const { port } = await server.start()
  const clock = setInterval(() => cluster.world.run(1), 1)
  t.teardown(async () => {
    clearInterval(clock)
    await server.stop()
  })
  const send = async (body: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/config/check`, {
      method: 'POST',
      headers: { 'weft-operator': 'ada', 'content-type': 'application/json', ...headers },
      body
    })
    return { status: answer.status, body: await answer.json() }
  }
  const flaps = (): number[] => [...node.peers].map(({ session }) => session.statistics.flaps)
  return { cluster, node, port, send, flaps, check: (body: object) => send(JSON.stringify(body)) }
}

const edgeWith = (parameters: object): readonly ApiObject[] =>
  clusterObjects.map(object =>
    object.type === 'bgp_router' && object.fq_name.at(-1) === 'edge'
      ? { ...object, bgp_router_parameters: { ...(object.bgp_router_parameters as object), ...parameters } }
      : object
  )

const nothing = { neighbors: [], sessionsEnd: 0, agentsReturn: false, instances: [], afterRestart: [] }

t.test('T-PEER-6 what would become of sessions that are up, and nothing becomes of them', async t => {
  const { check, flaps, node, cluster } = await served(t)
  const before = [...node.peers].map(({ session }) => session.settings)
  t.match(await check({ objects: clusterObjects }), { status: 200, body: { ...nothing, agents: 1 } })
  t.match(await check({ node: 'hostname: cn-a\n' }), { status: 200, body: nothing })
  t.match(await check({ objects: edgeWith({ hold_time: 30 }) }), {
    status: 200,
    body: {
      neighbors: [{ address: '10.0.0.11', effect: 'reset', why: ['holdTimeSeconds'], session: 'ends' }],
      sessionsEnd: 1
    }
  })
  cluster.edge.stop()
  cluster.world.run(5_000)
  t.match(await check({ objects: edgeWith({ hold_time: 30 }) }), {
    status: 200,
    body: { neighbors: [{ address: '10.0.0.11', effect: 'reset', session: 'none' }], sessionsEnd: 0 }
  })
  t.match(
    await check({
      objects: clusterObjects.map(object =>
        object.type === 'global_system_config' ? { ...object, rd_cluster_seed: 7 } : object
      )
    }),
    { status: 200, body: { agentsReturn: true, agents: 1 } }
  )
  t.match(
    await check({
      objects: clusterObjects.filter(({ fq_name }) => fq_name.join(':') !== instanceOf('lonely'))
    }),
    { status: 200, body: { instances: [{ name: instanceOf('lonely'), effect: 'goes' }] } }
  )
  t.match(await check({ objects: [] }), {
    status: 200,
    body: { sessionsEnd: 2, warnings: [{ severity: 'warning', file: 'objects', reason: /own bgp_router/ }] }
  })
  const options =
    'bgp:\n  port: 1179\n  neighbours:\n    - { address: ADDRESS, allow_as_in: 2 }\nxmpp: { port: 1 }\n'
  t.match(
    await check({ node: `hostname: cn-a\n${options.replace('ADDRESS', '10.0.0.12')}` }),
    {
      status: 200,
      body: {
        neighbors: [{ address: '10.0.0.12', effect: 'refresh', session: 'stays' }],
        listening: { opens: ['all addresses, port 1179'], closes: ['all addresses'] },
        afterRestart: ['xmpp'],
        warnings: []
      }
    },
    'it has said that it can be asked'
  )
  t.match(
    await check({ node: `hostname: cn-a\n${options.replace('ADDRESS', '10.0.0.2')}` }),
    { status: 200, body: { neighbors: [{ address: '10.0.0.2', effect: 'reset', session: 'ends' }] } },
    'it has not'
  )
  t.match(await check({ node: `hostname: cn-a\n${options.replace('ADDRESS', '10.9.9.9')}` }), {
    status: 200,
    body: { neighbors: [], warnings: [{ file: 'node', path: 'bgp.neighbours', reason: /10\.9\.9\.9/ }] }
  })
  t.same(
    flaps().reduce((sum, each) => sum + each),
    1,
    'but the one that was stopped'
  )
  t.same(
    [...node.peers].map(({ session }) => session.settings),
    before
  )
})

t.test('neighbours of a range are told of one by one', async t => {
  const range = (holdTime: number): string =>
    `hostname: cn-a\nbgp: { dynamic_neighbours: [{ range: 10.9.0.0/16, peer_as: external, hold_time: ${holdTime} }] }\n`
  const { cluster, check } = await served(t, nodeFileOf(range(30)))
  const router = cluster.world.router({
    name: 'leaf',
    as: 65099,
    address: '10.9.0.7',
    families: ['inet'],
    neighbors: [{ address: '10.0.0.1', as: 64512 }]
  })
  cluster.world.until('the leaf is up', () => router.isEstablished)
  t.match(await check({ node: range(30) }), { status: 200, body: nothing })
  t.match(await check({ node: range(60) }), {
    status: 200,
    body: {
      neighbors: [
        { name: 'dynamic:10.9.0.0/16', effect: 'reset', session: 'none' },
        { name: 'dynamic:10.9.0.7', address: '10.9.0.7', effect: 'reset', session: 'ends' }
      ],
      sessionsEnd: 1
    }
  })
  t.match(await check({ node: range(30).replace('external', '[65099]') }), {
    status: 200,
    body: { neighbors: [{}, { effect: 'reset', why: ['peerAs'], session: 'ends' }] }
  })
  t.match(await check({ node: 'hostname: cn-a\n' }), {
    status: 200,
    body: { neighbors: [{ effect: 'goes' }, { name: 'dynamic:10.9.0.7', effect: 'goes', session: 'ends' }] }
  })
})

t.test('what an operator has said goes before the file', async t => {
  const { node, check } = await served(t)
  node.peers.setLeaving(undefined, true)
  t.match(await check({ node: 'hostname: cn-a\nbgp: { graceful_shutdown: true }\n' }), {
    status: 200,
    body: nothing
  })
  node.peers.setLeaving(undefined, false)
  t.match(await check({ node: 'hostname: cn-a\nbgp: { graceful_shutdown: true }\n' }), {
    status: 200,
    body: { neighbors: [{}, {}, {}] }
  })
})

t.test('a body that is wrong: what, and where', async t => {
  const { send, check, port } = await served(t)
  for (const [body, error] of [
    ['', /body/i],
    ['{ "node": ', /JSON/],
    ['7', /body must be object/],
    ['{}', /NOT have fewer than 1/i],
    ['{ "nod": "" }', /additional properties/],
    ['{ "objects": [7] }', /objects\/0 must be object/],
    ['{ "__proto__": {} }', /./]
  ] as const)
    t.match(await send(body), { status: 400, body: { error } }, body)
  t.match(await check({ node: 'hostname: cn-a\nbgp:\n  prt: 179\n' }), {
    status: 400,
    body: {
      error: 'the configuration has errors',
      problems: [{ severity: 'error', file: 'node', line: 3, column: 3, reason: /unknown key 'prt'/ }]
    }
  })
  const twice = [...clusterObjects, clusterObjects[0]!]
  t.match(await check({ node: 'hostnam: x', objects: [...twice, { type: 'bgp_rooter' }] }), {
    status: 400,
    body: {
      problems: [
        { file: 'node' },
        { file: 'objects', path: `[${clusterObjects.length}]`, reason: /already defined at \[0\]/ },
        { file: 'objects', path: `[${twice.length}].type`, reason: /unknown type 'bgp_rooter'/ }
      ]
    }
  })
  t.match(await check({ objects: edgeWith({ address: '10.0.0.300' }) }), {
    status: 400,
    body: { problems: [{ path: /^\[\d+\]\.bgp_router_parameters\.address$/ }] }
  })
  t.match(await check({ node: '#'.repeat(300 << 10) }), {
    status: 400,
    body: { error: /node must NOT have more/ }
  })
  t.match(await check({ objects: Array(50_001).fill({}) }), {
    status: 400,
    body: { error: /objects must NOT have more than 50000 items/ }
  })
  t.match(await check({ node: '#'.repeat(9 << 20) }), { status: 413 })
  t.match(await send('hostname: cn-a', { 'content-type': 'application/yaml' }), { status: 415 })
  t.match(await send('{}', { 'weft-operator': '' }), { status: 403 })
  t.match(await send('{}', { origin: 'http://example.net' }), { status: 403 })
  const get = await fetch(`http://127.0.0.1:${port}/api/v1/config/check`)
  t.equal(get.status, 405)
})

t.test('one at a time', async t => {
  const { check } = await served(t)
  const many = Array.from({ length: 500 }, (_, i) => ({ type: 'project', fq_name: ['d', `p${i}`] }))
  const answers = await Promise.all([check({ objects: many }), check({ objects: many })])
  t.same(answers.map(({ status }) => status).sort(), [200, 409])
  t.equal((await check({ node: 'hostname: cn-a\n' })).status, 200)
})

t.test('weft config check FILE --node', async t => {
  const { port } = await served(t)
  const folder = t.testdir({
    same: { 'weft.yaml': 'hostname: cn-a\n', objects: { 'all.json': textOf(clusterObjects) } },
    edge: {
      'weft.yaml': 'hostname: cn-a\nbgp: { neighbours: [{ address: 10.9.9.9 }] }\n',
      objects: { 'a.json': textOf(edgeWith({ hold_time: 30 })), 'b.yaml': '# nothing' }
    },
    wrong: { 'weft.yaml': 'hostname: cn-a\n', objects: { 'a.yaml': '- 7' } }
  })
  const at = (name: string, ...more: string[]) =>
    weft(['config', 'check', `${folder}/${name}/weft.yaml`, '--node', `127.0.0.1:${port}`, ...more])
  t.match(await at('same'), { code: 0, out: /Nothing happens to any neighbor\.\nNo session ends\./ })
  const edge = await at('edge')
  t.match(edge.out, /^edge +10\.0\.0\.11 +up, ends +is reset \(Cease 6\) +holdTimeSeconds$/m)
  t.match(edge.out, 'Sessions that end: 1.')
  t.match(edge.error, /edge\/weft\.yaml: warning: no neighbour has the address 10\.9\.9\.9/)
  t.match(JSON.parse((await at('edge', '--json')).out), { sessionsEnd: 1 })
  t.match(await at('wrong'), { code: 1, error: /the configuration has errors/ })
  const file = `${folder}/same/weft.yaml`
  t.match(await weft(['config', 'check', file, '--node', '127.0.0.1:1']), { code: 3 })
  t.match(await weft(['config', 'check', file, '--node', 'a:b']), { code: 2 })
  t.match(await weft(['config', 'check', file, '--node', '[::1]:1', '--against', file]), { code: 2 })
})
