/** T-BAAS-1, T-BAAS-2, T-BAAS-3 with a real router: a tenant behind a compute node that translates its connection. */
import { type DaemonKind, missing } from '../daemons/daemon.js'
import { bgpPort, type Ground, onGround } from '../harness/ground.js'
import { expect, expectEqual, type Report } from '../harness/report.js'
import type { Suite } from '../harness/suite.js'
import { until } from '../harness/until.js'
import { as, blue, red, startAgent, startNode, underlay } from '../main-job/fabric.js'
import { translate } from './compute-node.js'

export const tenantSuite = (kind: DaemonKind): Suite => ({
  name: `baas-${kind.name}`,
  deadlineSeconds: 120,
  missing: () => missing(kind),
  run: report => onGround(ground => tenantChecks(ground, kind, report))
})

const tenantAs = 65_001
const sourcePort = 50_007
const site = '203.0.113.0/24'
const gateway = '10.1.0.1'

function clientObjects(address: string): object[] {
  const name = (last: string): string[] => [...red.split(':'), last]
  const router = (last: string, parameters: object, refs: object[]): object => ({
    type: 'bgp_router',
    fq_name: name(last),
    parent_type: 'routing-instance',
    bgp_router_parameters: parameters,
    bgp_router_refs: refs
  })
  const session = { attributes: [{ bgp_router: null, address_families: { family: ['inet'] } }] }
  return [
    router('bgpaas-server', { router_type: 'bgpaas-server' }, []),
    router(
      'vm',
      {
        router_type: 'bgpaas-client',
        autonomous_system: tenantAs,
        address,
        identifier: address,
        source_port: sourcePort,
        gateway_address: gateway
      },
      [{ to: name('bgpaas-server'), attr: { session: [session] } }]
    )
  ]
}

async function tenantChecks(ground: Ground, kind: DaemonKind, report: Report): Promise<void> {
  const check = (feature: string, body: () => Promise<unknown>) => report.check(kind.name, feature, body)
  const machine = ground.address(31)
  const computeNode = ground.address(21)
  const node = await startNode(ground, [], clientObjects(machine))
  const [own, other] = [startAgent(ground, 1, [red]), startAgent(ground, 2, [blue])]
  own.publish(red, { prefix: `${machine}/32`, label: 51 })
  other.publish(blue, { prefix: '10.2.0.3/32', label: 52 })
  const server = { address: ground.address(1), port: bgpPort }
  await translate(ground, { address: computeNode, gatewayPort: bgpPort, server, sourcePort })
  const peer = () => node.control.peers.get(`${red}:vm`)!
  let daemon: Awaited<ReturnType<DaemonKind['start']>> | undefined

  await check('BGP as a service: a session by its source port', async () => {
    daemon = await kind.start(ground, {
      as: tenantAs,
      address: machine,
      families: ['inet'],
      neighbors: [{ name: 'gateway', address: computeNode, as }],
      routes: [{ family: 'inet', prefix: site, nextHop: machine }]
    })
    await until(
      'established',
      () => peer().session.state === 'established',
      40,
      () => peer().session.state
    )
    expectEqual(peer().session.remote, { address: computeNode, port: sourcePort }, 'the caller')
  })
  if (daemon === undefined) return
  const router = daemon
  await check('BGP as a service: its routes reach agents by way of its machine', async () => {
    const route = await until('the route in blue', () => other.routes(blue).get(site))
    expectEqual(
      route.nextHops.map(({ address, label }) => [address, label]),
      [[underlay(1), 51]],
      'next hops'
    )
    own.withdraw(red, `${machine}/32`)
    await until('gone with the machine', () => !other.routes(blue).has(site))
    own.publish(red, { prefix: `${machine}/32`, label: 53 })
    await until('back', () => other.routes(blue).get(site)?.nextHops[0]?.label === 53)
  })
  await check('BGP as a service: it is told of its network, by way of the gateway', async () => {
    const route = await until('the route', async () =>
      (await router.routes('inet')).find(({ prefix }) => prefix === '10.2.0.3/32')
    )
    expectEqual([route.nextHop, route.asPath], [gateway, `${as}`], 'next hop and AS path')
    expect((route.targets ?? []).length === 0, 'no route targets')
  })
  await check('BGP as a service: the router dies, and comes back in its place', async () => {
    await router.kill()
    await until('its route is gone', () => !other.routes(blue).has(site), 40)
    await router.restart()
    await until('and there again', () => other.routes(blue).has(site), 40)
  })
}
