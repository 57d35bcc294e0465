/** Issue 2's first scenario: pods behind vRouters become reachable from a VyOS-class router, played by FRR. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LabAgent } from '../../src/lab/agent.js'
import { frr } from '../daemons/frr.js'
import { Child, json } from '../harness/child.js'
import { bgpPort, type Ground } from '../harness/ground.js'
import { xmppPort } from '../harness/node.js'
import { expect, expectEqual, type Report } from '../harness/report.js'
import { stays, until } from '../harness/until.js'
import type { AgentOrder } from './agent-process.js'
import {
  agentHoldTime,
  as,
  hostAddress,
  instanceIds,
  master,
  podRoutes,
  pods,
  startAgent,
  startNode,
  underlay
} from './fabric.js'

const routerAs = 65311
const podsOf1 = ['10.61.64.9/32', '10.61.64.10/32']
const podOf2 = '10.61.64.19/32'
const external = '203.0.113.0/24'

interface FrrTable {
  readonly routes: Readonly<Record<string, readonly FrrPath[]>>
}
interface FrrPath {
  readonly path: string
  readonly nexthops: readonly { readonly ip: string }[]
}

export async function podChecks(ground: Ground, report: Report): Promise<void> {
  const check = (feature: string, body: () => Promise<unknown>) => report.check('main-job', feature, body)
  const [nodeAddress, routerAddress] = [ground.address(1), ground.address(2)]
  const neighbor = { name: 'edge', as: routerAs, address: routerAddress, port: bgpPort, families: ['inet'] }
  const node = await startNode(ground, [neighbor])
  const router = await frr.start(ground, {
    as: routerAs,
    address: routerAddress,
    families: ['inet'],
    neighbors: [{ name: 'cn-a', address: nodeAddress, as }],
    routes: [{ family: 'inet', prefix: external, nextHop: '10.61.0.2' }]
  })
  const vtysh = <T>(command: string): Promise<T> =>
    json<T>('/usr/bin/vtysh', [
      '--vty_socket',
      join(ground.folder, `frr-${routerAddress}`),
      '-d',
      'bgpd',
      '-c',
      command
    ])
  /** Prefix to next hop and AS path, without what the router has of itself. */
  const learned = async (): Promise<Record<string, string>> => {
    const { routes } = await vtysh<FrrTable>('show ip bgp json')
    const others = Object.entries(routes).filter(([, [path]]) => path?.path !== '')
    return Object.fromEntries(
      others.map(([prefix, [path]]) => [prefix, `${path!.nexthops[0]?.ip} ${path!.path}`])
    )
  }
  const shows = async (what: string, prefixes: readonly string[], seconds = 10): Promise<void> => {
    await until(
      what,
      async () =>
        Object.keys(await learned())
          .sort()
          .join() === [...prefixes].sort().join(),
      seconds,
      learned
    )
  }

  if (!(await check('eBGP session with the router', () => node.established('edge')))) return
  let first = agentProcess(ground)
  ground.atEnd(() => first.kill())
  const second = startAgent(ground, 2, [master, pods])
  const elsewhere = startAgent(ground, 3, [pods])
  for (const { instance, route } of podRoutes(podOf2, 41)) second.publish(instance, route)

  await check('exactly three /32s in show ip bgp', () => shows('three pods', [...podsOf1, podOf2]))
  await check('next hop is the vRouter with the pod, AS path 64512', async () =>
    expectEqual(
      await learned(),
      {
        [podsOf1[0]!]: `${underlay(1)} ${as}`,
        [podsOf1[1]!]: `${underlay(1)} ${as}`,
        [podOf2]: `${underlay(2)} ${as}`
      },
      'show ip bgp'
    )
  )
  await check('PfxRcd 3 in show ip bgp summary', async () => {
    const summary = await vtysh<{ ipv4Unicast: { peers: Record<string, { pfxRcd: number }> } }>(
      'show ip bgp summary json'
    )
    expectEqual(summary.ipv4Unicast.peers[nodeAddress]?.pfxRcd, 3, 'PfxRcd')
  })
  await check("the router's route reaches agents of the master instance, no others", async () => {
    await until('the agent has it', () => second.routes(master).has(external))
    expectEqual(nextHops(second, master, external), [routerAddress], 'next hop')
    expect(
      ![...elsewhere.tables.values()].some(table => table.has(external)),
      'an agent without the master instance has it'
    )
  })
  await check('pods reach agents of their network, with label and tunnel', async () => {
    const route = await until('the route', () => elsewhere.routes(pods).get(podsOf1[0]!))
    expectEqual(
      route.nextHops.map(hop => [hop.address, hop.label]),
      [[underlay(1), 30]],
      'next hops'
    )
  })
  await check('a silent agent takes its pods out within its hold time', async () => {
    first.signal('SIGSTOP')
    const begun = performance.now()
    await shows('one pod', [podOf2], agentHoldTime + 4)
    return `after ${((performance.now() - begun) / 1000).toFixed(1)} s of ${agentHoldTime}`
  })
  await check('on its return they are back', async () => {
    first.signal('SIGCONT')
    await shows('three pods', [...podsOf1, podOf2], 30)
  })
  await check('a killed agent takes its pods out at once', async () => {
    await first.kill()
    await shows('one pod', [podOf2], 2)
    expect(!elsewhere.routes(pods).has(podsOf1[0]!), 'another agent still has them')
  })
  await check('the next one under its name brings them back', async () => {
    first = agentProcess(ground)
    await shows('three pods', [...podsOf1, podOf2], 20)
  })
  await check('a withdrawn pod leaves the router', async () => {
    second.withdraw(master, podOf2)
    await shows('two pods', podsOf1, 5)
    await stays('two pods', async () => Object.keys(await learned()).length === 2, 1)
  })
  await check("the router's death takes its route from the agents", async () => {
    await router.kill()
    await until('it is gone', () => !second.routes(master).has(external), 5)
  })
}

const nextHops = (agent: LabAgent, instance: string, prefix: string): string[] | undefined =>
  agent
    .routes(instance)
    .get(prefix)
    ?.nextHops.map(hop => hop.address)

/** vr-01, as a process. */
function agentProcess(ground: Ground): Child {
  const order: AgentOrder = {
    name: 'vr-01',
    address: hostAddress(ground, 1),
    nextHop: underlay(1),
    server: { address: ground.address(1), port: xmppPort },
    holdTimeSeconds: 90,
    subscriptions: [master, pods].map(instance => ({ instance, id: instanceIds[instance]! })),
    routes: podsOf1.flatMap((prefix, i) => podRoutes(prefix, 30 + i))
  }
  const script = fileURLToPath(new URL('agent-process.ts', import.meta.url))
  return new Child({
    command: process.execPath,
    args: ['--import', 'tsx', script, JSON.stringify(order)],
    logFile: join(ground.folder, 'vr-01.log')
  })
}
