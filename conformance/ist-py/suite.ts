/** The public `ist.py` asks a real node with real sessions, and what it prints must be so. */
import { nodeView } from '../../src/introspect/from-node/node-view.js'
import { IntrospectServer } from '../../src/introspect/introspect-server.js'
import { masterInstance } from '../../src/lab/agent-text.js'
import { bgpPort, type Ground, onGround } from '../harness/ground.js'
import { TestNode, xmppPort } from '../harness/node.js'
import { fabricObjects, globalObject, networkObjects, routerObjects } from '../harness/objects.js'
import { expect, type Report } from '../harness/report.js'
import type { Suite } from '../harness/suite.js'
import { until } from '../harness/until.js'
import { ist, missingIst } from './ist.js'

const as = 64512
const routerAs = 65311
const red = 'default-domain:demo:red:red'
const blue = 'default-domain:demo:blue:blue'

export const istPy: Suite = {
  name: 'ist-py',
  deadlineSeconds: 120,
  missing: missingIst,
  run: async report => {
    await onGround(ground => checks(ground, report))
  }
}

/** Columns, indentation and lines of the answers mean nothing. */
const blanks = /[\s|]+/g

interface Stage {
  readonly node: TestNode
  readonly router: string
  readonly agents: readonly [string, string]
  readonly port: number
}

/** Two agents in red and blue, which are connected, and a router that knows one route and one that loops. */
async function setStage(ground: Ground): Promise<Stage> {
  const [nodeAddress, router, one, two] = [1, 2, 3, 4].map(host => ground.address(host)) as [
    string,
    string,
    string,
    string
  ]
  const edge = { name: 'edge', as: routerAs, address: router, port: bgpPort, families: ['inet'] }
  const node = await TestNode.start(ground, {
    address: nodeAddress,
    objects: [
      globalObject({ as }),
      ...routerObjects({ hostname: 'cn-a', as, address: nodeAddress, port: bgpPort, neighbors: [edge] }),
      ...fabricObjects(),
      ...networkObjects({
        name: ['default-domain', 'demo', 'red'],
        id: 21,
        target: 'target:64512:8000021',
        connected: [blue]
      }),
      ...networkObjects({
        name: ['default-domain', 'demo', 'blue'],
        id: 22,
        target: 'target:64512:8000022',
        connected: [red]
      })
    ]
  })
  const lab = ground.router({
    name: 'edge',
    as: routerAs,
    address: router,
    families: ['inet'],
    neighbors: [{ address: nodeAddress, as, port: bgpPort }],
    listenPort: bgpPort
  })
  lab.announce('inet', '203.0.113.0/24', { communities: ['65311:7'], asPath: '65311 65400' })
  lab.announce('inet', '198.51.100.0/24', { asPath: '65311 64512' })
  const agents = [one, two].map((address, i) =>
    ground.agent({
      name: `vr-0${i + 1}`,
      localAddress: address,
      nextHop: address,
      server: { address: nodeAddress, port: xmppPort }
    })
  )
  for (const agent of agents) for (const name of [masterInstance, red, blue]) agent.subscribe(name, 5)
  agents[0]!.publish(red, { prefix: '10.1.0.3/32', label: 51 })
  agents[0]!.publish(red, { prefix: '10.1.0.100/32', label: 61 })
  agents[1]!.publish(red, { prefix: '10.1.0.100/32', label: 62 })
  agents[1]!.publish(blue, { prefix: '10.2.0.3/32', label: 52 })
  const server = new IntrospectServer({
    view: nodeView(node.control, '0'),
    address: nodeAddress,
    port: 0,
    log: { error: (details, message) => node.problems.push(`${message} ${JSON.stringify(details)}`) }
  })
  const { port } = await server.start()
  ground.atEnd(() => server.stop())
  await until('router and agents know everything', () =>
    agents.every(agent => agent.routes(red).size === 3 && agent.routes(masterInstance).size === 1)
  )
  return { node, router, agents: [one, two], port }
}

/** Command, and what must be in its answer. */
function questions({ router, agents: [one, two], node: { address } }: Stage): Record<string, string[]> {
  return {
    status: ['state: Functional', 'module_id: contrail-control'],
    nei: [
      `edge | ${router} | ${routerAs} | BGP | external | Established | in sync | 0`,
      `vr-01 | ${one} | 0 | XMPP | internal | Established | in sync | 0`,
      `vr-02 | ${two} | 0 | XMPP | internal | Established | in sync | 0`
    ],
    'nei edge -f text': [
      `peer_address: ${router}`,
      `local_address: ${address}`,
      'primary_path_count: 2',
      'negotiated_address_families inet'
    ],
    ri: [`${red} | 21 | 0 | target:64512:7999999 | target:64512:8000021`],
    'ri -f text red': [`name: ${red}`, 'virtual_network: default-domain:demo:red', 'vn_index: 21'],
    'route summary': [`${red}.inet.0 | 3 | 4 | 3 | 1 | 0`, `${blue}.inet.0 | 3 | 4 | 1 | 3 | 0`],
    'route summary --family all': ['inet.0 | 2 | 2 | 2 | 0 | 1', 'bgp.l3vpn.0 | 4 | 4 | 0 | 4 | 0'],
    'route tables': [`name: ${red}.inet.0`, 'name: inet.0'],
    'route show': [
      `${red}.inet.0: 3 destinations, 4 routes (3 primary, 1 secondary, 0 infeasible)`,
      `[XMPP (interface)|vr-02]`
    ],
    'route show 10.1.0.100': [
      `nh: ${one}, encap: ['gre', 'udp'], label: 61`,
      `nh: ${two}, encap: ['gre', 'udp'], label: 62`
    ],
    'route show -t inet.0 203.0.113.0': [`[BGP|${router}:${bgpPort}]`, 'AS path: 65311 65400'],
    'route show -t inet.0 -r 198.51.100.0': ['AsPathLooped'],
    'route show -d 10.2.0.3': ['primary table: default-domain:demo:blue:blue.inet.0'],
    'route show 10.1.0.0/16 --longer_match': ['10.1.0.3/32', '10.1.0.100/32'],
    'xmpp conn': ['vr-01', `${two}:`, 'Established'],
    'xmpp stats -f text': ['current_connections: 2', 'max_connections: 2'],
    'xmpp trace': ['XmppRxStream', 'XmppTxStream', '10.2.0.3/32'],
    bgp_stats: ['rx_socket_stats'],
    'config bgp -f text': [`name: ${masterInstance}:edge`, `address: ${router}`],
    'config ri': ['target:64512:8000021'],
    'ifmap table': ['virtual-network', 'routing-instance', 'bgp-router'],
    'ifmap node --fqn virtual-network:default-domain:demo:red': [
      'routing-instance:default-domain:demo:red:red'
    ],
    'ifmap link': ['virtual-network-routing-instance'],
    'rt -f text': ['target:64512:8000021', `${red}.inet.0`],
    'rt -d': [':10.1.0.3/32'],
    trace: ['BgpTraceBuf', 'XmppMessageTrace'],
    'trace BgpTraceBuf': ['established'],
    'uve BgpRouterState': ['num_bgp_peer: 1', 'num_up_bgp_peer: 1', 'num_xmpp_peer: 2']
  }
}

async function checks(ground: Ground, report: Report): Promise<void> {
  let stage: Stage | undefined
  await report.check('ist-py', 'a node with a router and two agents', async () => {
    stage = await setStage(ground)
  })
  if (stage === undefined) return
  for (const [words, wanted] of Object.entries(questions(stage))) {
    await report.check('ist-py', `ctr ${words}`, async () => {
      const text = (await ist(stage!.node.address, stage!.port, words)).replaceAll(blanks, ' ')
      for (const line of wanted) {
        const found = text.includes(line.replaceAll(blanks, ' '))
        expect(found, `no '${line}' in: ${text.slice(0, 2000)}`)
      }
    })
  }
  await report.check('ist-py', 'no page failed', async () =>
    expect(stage!.node.problems.length === 0, stage!.node.problems.join('; '))
  )
}
