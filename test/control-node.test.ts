import t from 'tap'
import { SeededRandom } from '../src/runtime/seeded-random.js'
import { Cluster, nodeNames } from './support/cluster.js'
import { clusterObjects, fabricInstance, instanceOf, masterInstance } from './support/cluster-objects.js'
import { routesOf, snapshot } from './support/snapshot.js'

const [pods, red, blue, lonely] = ['pods', 'red', 'blue', 'lonely'].map(instanceOf) as [
  string,
  string,
  string,
  string
]

/** Everything connected, said and heard. */
function settled(seed: number): Cluster {
  const cluster = new Cluster(seed)
  cluster.start()
  for (const deed of cluster.deeds) deed()
  cluster.world.run(90_000)
  return cluster
}

t.test('two nodes, two routers and two agents know what they should', async t => {
  const cluster = settled(1)
  const { edge, gateway } = cluster
  t.same(cluster.world.failures, [])

  t.test('pods without a gateway', async t => {
    for (const node of ['10.0.0.1', '10.0.0.2']) {
      t.same([...edge.routes('inet', node).keys()].sort(), ['10.61.64.19/32', '10.61.64.9/32'])
      t.match(edge.routes('inet', node).get('10.61.64.9/32'), {
        nextHop: '10.61.0.21',
        asPath: '64512',
        extendedCommunities: ['originvn:64512:13']
      })
    }
    for (const name of nodeNames) {
      const agent = cluster.agent(name)
      t.same([...agent.routes(pods).keys()].sort(), ['10.61.64.19/32', '10.61.64.9/32'])
      t.match(agent.routes(masterInstance).get('203.0.113.0/24'), {
        nextHops: [{ address: '10.0.0.11', label: 0 }],
        communities: ['65311:7']
      })
    }
  })

  t.test('red and blue are connected, and both know the gateway; lonely is alone', async t => {
    const redAndBlue = ['10.1.0.100/32', '10.1.0.3/32', '10.1.0.4/32', '10.2.0.3/32', '198.51.100.0/24']
    for (const name of nodeNames) {
      const agent = cluster.agent(name)
      t.same([...agent.routes(red).keys()].sort(), redAndBlue)
      t.same([...agent.routes(blue).keys()].sort(), redAndBlue)
      t.same([...agent.routes(red, 'inet6').keys()].sort(), ['fd00:1::3/128', 'fd00:1::4/128'])
      t.same([...agent.routes(lonely).keys()], ['10.3.0.3/32'])
      t.same(
        agent
          .routes(blue)
          .get('10.1.0.100/32')
          ?.nextHops.map(({ address }) => address)
          .sort(),
        ['10.61.0.21', '10.61.0.22'],
        'the load is shared'
      )
      t.match(agent.routes(red).get('198.51.100.0/24'), { nextHops: [{ address: '10.0.0.12', label: 77 }] })
      t.equal(agent.routes(blue).get('10.1.0.3/32')?.virtualNetwork, 'default-domain:demo:red')
      t.same(agent.statistics.malformed, [])
    }
    t.same(
      [...gateway.routes('inet-vpn', '10.0.0.1').keys()].sort(),
      ['10.61.0.21:21:10.1.0.100/32', '10.61.0.21:21:10.1.0.3/32', '10.61.0.21:23:10.3.0.3/32'],
      'the gateway gets what it asked for'
    )
  })

  t.test('operators see it as it is', async t => {
    const view = cluster.view('cn-a')
    t.match(view.process.node(), {
      hostname: 'cn-a',
      version: '1.2.3',
      routerId: '10.0.0.1',
      localAs: 64512,
      globalAs: 64512,
      adminDown: false,
      bgpListen: '10.0.0.1:179',
      xmppListen: '10.0.0.1:5269'
    })
    t.ok(view.process.configReadAt()! <= view.process.now())

    const neighbors = [...view.bgp.neighbors()]
    t.same(
      neighbors.map(({ name }) => name),
      ['cn-b', 'edge', 'gateway']
    )
    for (const { instance, state, sendState, flapCount } of neighbors)
      t.same([instance, state, sendState, flapCount], [masterInstance, 'Established', 'in sync', 0])
    const edgeView = neighbors.find(({ name }) => name === 'edge')!
    t.match(edgeView, {
      address: '10.0.0.11',
      pathSource: '10.0.0.11',
      peerType: 'external',
      identifier: '10.0.0.11',
      peerAs: 65311,
      routerType: 'router',
      negotiatedFamilies: ['inet'],
      offeredFamilies: ['inet'],
      tables: [{ name: 'inet.0', subscribed: true }],
      primaryPathCount: 1,
      negotiatedHoldTimeSeconds: 90,
      closeReason: ''
    })
    t.equal(edgeView.received.updates.reach, 1)
    t.equal(edgeView.sent.updates.endOfRib, 1)
    t.ok(edgeView.received.messages.keepalive > 1)
    t.ok(edgeView.received.socket.bytes > 19 * edgeView.received.messages.keepalive)
    for (const [name, router] of Object.entries({ edge, gateway })) {
      const { familyCounts } = neighbors.find(neighbor => neighbor.name === name)!
      for (const { family, advertised } of familyCounts) {
        t.equal(advertised, router.routes(family as 'inet', '10.0.0.1').size, `${name} ${family}`)
      }
    }

    const [agent] = [...view.xmpp.agents()]
    t.match(agent, {
      name: 'vr-01',
      address: '10.0.1.21',
      state: 'Established',
      sendState: 'in sync',
      primaryPathCount: 6,
      flapCount: 0,
      lastEvent: 'xmsm::EvXmppKeepalive'
    })
    t.same(
      agent!.instances.map(({ name, state, index }) => [name, state, index]),
      [
        [masterInstance, 'subscribed', 0],
        [blue, 'subscribed', 22],
        [lonely, 'subscribed', 23],
        [pods, 'subscribed', 7],
        [red, 'subscribed', 21]
      ]
    )
    t.equal(view.xmpp.currentConnections(), 1)
    t.ok(view.xmpp.received().bytes > 1000)

    const instances = [...view.instances.instances()]
    t.same(
      instances.map(({ name }) => name),
      [masterInstance, fabricInstance, blue, lonely, pods, red]
    )
    t.match(instances[5], {
      virtualNetwork: 'default-domain:demo:red',
      virtualNetworkIndex: 21,
      exportTargets: ['target:64512:8000021'],
      neighbors: undefined
    })
    t.match(
      instances[5]!.importTargets.filter(target => target.includes(':80000')),
      ['target:64512:8000021', 'target:64512:8000022']
    )
    t.same(
      instances[0]!.neighbors,
      [...'cn-b edge gateway'.split(' ')].map(n => `${masterInstance}:${n}`)
    )

    const redTable = view.rib.table(`${red}.inet.0`)!
    t.match(redTable.counts, { prefixes: 5, primaryPaths: 2, secondaryPaths: 4, infeasiblePaths: 0 })
    t.match(redTable.members, [{ neighbor: 'vr-01', sending: true, receiving: true, instanceId: 21 }])
    t.same(redTable.listeners.map(({ name }) => name).sort(), ['BgpExport', 'RoutePathReplicator'])
    t.same([redTable.pendingUpdates, redTable.markers], [0, 0])
    const own = view.rib.route(redTable.name, '10.1.0.3/32')!.paths[0]!
    t.match(own, {
      protocol: 'XMPP',
      source: 'vr-01',
      nextHop: '10.61.0.21',
      label: 51,
      replicated: false,
      originVn: 'default-domain:demo:red',
      secondaryTables: ['bgp.l3vpn.0', `${blue}.inet.0`],
      tunnelEncapsulations: ['gre', 'udp']
    })
    const copy = view.rib.route(redTable.name, '10.2.0.3/32')!.paths[0]!
    t.match(copy, {
      protocol: 'BGP',
      source: '10.0.0.2',
      peerAs: 64512,
      peerRouterId: '10.0.0.2',
      replicated: true,
      primaryTable: 'bgp.l3vpn.0',
      originVn: 'default-domain:demo:blue'
    })
    const shared = view.rib.route(redTable.name, '10.1.0.100/32')!.paths
    t.same(
      shared.map(({ source, rankedBy }) => [source, rankedBy === '']),
      [
        ['vr-01', true],
        ['10.0.0.2', false]
      ]
    )

    const group = [...view.rib.routeTargetGroups('target:64512:8000021')][0]!
    t.match(group, { target: 'target:64512:8000021', peersInterested: ['cn-b', 'gateway'] })
    t.match(group.importMembers[0], {
      family: 'inet-vpn',
      tables: ['bgp.l3vpn.0', `${blue}.inet.0`, `${red}.inet.0`]
    })
    t.ok(group.dependentRoutes.includes('10.61.0.21:21:10.1.0.3/32'))
    t.ok(group.dependentRoutes.includes('10.0.0.12:5:198.51.100.0/24'))

    const ribOuts = [...view.rib.ribOuts()]
    const toEdge = ribOuts.find(({ table, peerType }) => table === 'inet.0' && peerType === 'EBGP')
    t.match(toEdge, { encoding: 'BGP', peerAs: 65311, receivers: ['edge'] })
    const built = ({ bulk, update }: (typeof ribOuts)[0]) => bulk.messagesBuilt + update.messagesBuilt
    t.ok(built(toEdge!) > 0)
    t.ok(ribOuts.some(({ encoding, table }) => encoding === 'XMPP' && table === `${red}.inet.0`))

    t.match(view.config.global(), { bgpaasPortStart: 50000, lastChangeAt: Number })
    t.match([...view.config.neighbors()][0], { name: `${masterInstance}:cn-b`, peerAs: 64512 })
    t.match([...view.config.peerings()][0], { neighborCount: 1, instance: masterInstance })
    t.match(
      [...view.config.instances()].find(({ name }) => name === red),
      { importTargets: ['target:64512:8000021', 'target:64512:8000022'], lastChangeAt: Number }
    )
    t.match(view.graph.node('virtual-network', 'default-domain:demo:red'), {
      properties: '<iq>\n\t<virtual-network-network-id>21</virtual-network-network-id>\n</iq>\n',
      neighbors: ['project:default-domain:demo', `routing-instance:${red}`]
    })
    t.equal([...view.graph.links()].length, view.graph.linkCount())

    const stanzas = view.trace.entries('XmppMessageTrace')
    t.ok(stanzas.some(({ message, text }) => message === 'XmppRxStream' && text.includes('10.1.0.3/32')))
    t.ok(stanzas.some(({ message, text }) => message === 'XmppTxStream' && text.includes('10.2.0.3/32')))
    t.ok(view.trace.entries('BgpTraceBuf').some(({ text }) => text.includes('established')))
  })

  t.test('what goes leaves no trace', async t => {
    for (const agent of cluster.agents.values()) agent.kill()
    cluster.world.run(1000)
    t.match([...cluster.view('cn-a').xmpp.agents()], [])
    edge.stop()
    gateway.stop('silent')
    cluster.world.run(10_000)
    for (const name of nodeNames) {
      for (const { name: table, counts } of cluster.view(name).rib.tables())
        if (table !== 'bgp.rtarget.0') t.equal(counts.prefixes, 0, `${name} ${table}`)
    }
    t.match(
      [...cluster.view('cn-a').bgp.neighbors()].map(({ name, flapCount, notificationIn, closeReason }) => [
        name,
        flapCount,
        notificationIn?.text,
        closeReason !== ''
      ]),
      [
        ['cn-b', 0, undefined, false],
        ['edge', 1, 'Cease:Administrative Shutdown', true],
        ['gateway', 1, undefined, true]
      ]
    )
    cluster.agent('cn-a').start()
    cluster.world.run(5000)
    t.match([...cluster.view('cn-a').xmpp.agents()][0], { flapCount: 1, closeReason: /./ })
  })
})

/**
 * Objects, sessions, subscriptions and routes in an order and with pauses that the seed decides. On the way objects
 * are taken out and sessions end; what was taken out comes back at the end, in any order too.
 */
function shuffled(seed: number): Cluster {
  const random = new SeededRandom(seed)
  const cluster = new Cluster(seed, [])
  const steps: (() => void)[] = [...cluster.deeds]
  const repairs: (() => void)[] = [
    () => cluster.edge.start(),
    () => cluster.gateway.start(),
    () =>
      cluster.gateway.announce('inet-vpn', '10.0.0.12:5:198.51.100.0/24', {
        label: 77,
        extendedCommunities: ['target:64512:8000021']
      })
  ]
  for (const name of nodeNames) {
    for (const object of clusterObjects) {
      const add = () => cluster.configure(name, all => [...all.filter(other => other !== object), object])
      steps.push(add)
      if (random.unit() > 0.7) continue
      steps.push(() => cluster.configure(name, all => all.filter(other => other !== object)))
      repairs.push(add)
    }
    const agent = cluster.agent(name)
    steps.push(...[1, 2, 3].map(() => () => agent.reconnect()))
    steps.push(() => agent.start())
  }
  steps.push(
    () => cluster.edge.start(),
    () => cluster.gateway.start(),
    () => cluster.edge.stop(),
    () => cluster.gateway.stop('silent'),
    () => cluster.gateway.withdraw('inet-vpn', '10.0.0.12:5:198.51.100.0/24')
  )
  for (const step of [...inAnyOrder(steps, random), ...inAnyOrder(repairs, random)]) {
    step()
    if (random.unit() < 0.5) continue
    cluster.world.run(random.unit() < 0.2 ? random.between(0, 20_000) : random.between(0, 50))
  }
  cluster.world.until('all are connected', () => cluster.isConnected, 400_000)
  cluster.world.run(120_000)
  return cluster
}

function inAnyOrder<T>(items: readonly T[], random: SeededRandom): T[] {
  const left = [...items]
  const order: T[] = []
  while (left.length > 0) order.push(...left.splice(Math.floor(random.unit() * left.length), 1))
  return order
}

/** A few for every run; WEFT_SEEDS=100 tries more. */
const seeds = Array.from({ length: Number(process.env.WEFT_SEEDS ?? 8) }, (_, i) => i + 1)

t.test('the order of events does not change where they lead', async t => {
  const expected = snapshot(settled(1))
  for (const seed of seeds) t.same(difference(snapshot(shuffled(seed)), expected), [], `seed ${seed}`)
})

/** Lines that only one of the two has. */
function difference(found: readonly string[], expected: readonly string[]): string[] {
  const [a, b] = [new Set(found), new Set(expected)]
  return [
    ...found.filter(line => !b.has(line)).map(line => `more: ${line}`),
    ...expected.filter(line => !a.has(line)).map(line => `less: ${line}`)
  ]
}

t.test('routes are read in key order, from anywhere, whatever the selection', async t => {
  const cluster = settled(3)
  const view = cluster.view('cn-a')
  const table = `${red}.inet.0`
  const all = routesOf(view, table).map(({ prefix }) => prefix)
  t.same(all, ['10.1.0.3/32', '10.1.0.4/32', '10.1.0.100/32', '10.2.0.3/32', '198.51.100.0/24'])
  const selected = (selection: object): string[] => {
    const cursor = view.rib.routes(table, selection)!
    const found: string[] = []
    for (let some = cursor.next(2); some !== undefined; some = cursor.next(2))
      found.push(...some.map(({ prefix }) => prefix))
    return found
  }
  t.same(selected({ start: '10.1.0.5/32' }), all.slice(2))
  t.same(selected({ inside: '10.1.0.0/16' }), all.slice(0, 3))
  t.same(selected({ inside: '10.1.0.0/16', start: '10.1.0.4/32' }), all.slice(1, 3))
  t.same(selected({ covering: '198.51.100.7' }), ['198.51.100.0/24'])
  t.equal(view.rib.routes(table, { start: 'nonsense' }), undefined)
  t.equal(view.rib.routes('no.such.table', {}), undefined)
})
