/** Issue 2's tenants: connected networks, and routers that speak VPNv4 with them. */
import type { LabAgent } from '../../src/lab/agent.js'
import type { Daemon, DaemonKind } from '../daemons/daemon.js'
import { missing } from '../daemons/daemon.js'
import { frr } from '../daemons/frr.js'
import { gobgp } from '../daemons/gobgp.js'
import { bgpPort, type Ground } from '../harness/ground.js'
import type { TestNode } from '../harness/node.js'
import { expect, expectEqual, type Report } from '../harness/report.js'
import { pause, until } from '../harness/until.js'
import { as, blue, lonely, red, startAgent, startNode, targets, underlay } from './fabric.js'

/** Routers with VPNs: the one inside the AS, the other outside. */
const routers: readonly { kind: DaemonKind; as: number; host: number; octet: number }[] = [
  { kind: gobgp, as, host: 2, octet: 71 },
  { kind: frr, as: 65311, host: 3, octet: 72 }
]

export async function tenantChecks(ground: Ground, report: Report): Promise<void> {
  const check = (feature: string, body: () => Promise<unknown>) => report.check('main-job', feature, body)
  const node = await startNode(
    ground,
    routers.map(({ kind, as, host }) => ({
      name: kind.name,
      as,
      address: ground.address(host),
      port: bgpPort,
      families: ['inet-vpn']
    }))
  )
  const [a, b, c] = [
    startAgent(ground, 1, [red, lonely]),
    startAgent(ground, 2, [blue]),
    startAgent(ground, 3, [lonely])
  ] as const
  a.publish(red, { prefix: '10.1.0.3/32', label: 51 })
  b.publish(blue, { prefix: '10.2.0.3/32', label: 52 })
  c.publish(lonely, { prefix: '10.3.0.3/32', label: 53 })

  await check('networks joined by a policy exchange routes', async () => {
    await until('routes', () => a.routes(red).size === 2 && b.routes(blue).size === 2)
    const route = b.routes(blue).get('10.1.0.3/32')
    expectEqual(
      route?.nextHops.map(hop => [hop.address, hop.label]),
      [[underlay(1), 51]],
      'next hops in blue'
    )
    expectEqual(route?.virtualNetwork, 'default-domain:demo:red', 'its network')
  })
  await check('a network without policy sees nothing of them', async () => {
    await until('its own route', () => a.routes(lonely).size > 0)
    await pause(1000)
    expectEqual([...a.routes(lonely).keys()], ['10.3.0.3/32'], 'lonely')
  })
  for (const router of routers) await routerChecks(ground, report, node, router, a, b, c)
}

async function routerChecks(
  ground: Ground,
  report: Report,
  node: TestNode,
  { kind, as: routerAs, host, octet }: (typeof routers)[number],
  a: LabAgent,
  b: LabAgent,
  c: LabAgent
): Promise<void> {
  const session = routerAs === as ? 'iBGP' : 'eBGP'
  const check = (feature: string, body: () => Promise<unknown>) =>
    report.check('main-job', `${kind.name} (VPNv4, ${session}): ${feature}`, body)
  const absent = missing(kind)
  if (absent !== undefined) return report.skip('main-job', `${kind.name} with VPNs`, absent)
  const prefix = `10.${octet}.0.0/24`
  const router = await kind.start(ground, {
    as: routerAs,
    address: ground.address(host),
    families: ['inet-vpn'],
    neighbors: [{ name: 'cn-a', address: ground.address(1), as }],
    routes: [
      {
        family: 'inet-vpn',
        prefix,
        nextHop: `10.61.0.${host}`,
        rd: `65000:${host}`,
        label: 700 + host,
        target: targets.red
      }
    ]
  })
  await check('session', () => node.established(kind.name))
  await check('tenant routes arrive with RD, label and route targets', async () => {
    for (const [address, i, label, name] of [
      ['10.1.0.3/32', 1, 51, 'red'],
      ['10.2.0.3/32', 2, 52, 'blue'],
      ['10.3.0.3/32', 3, 53, 'lonely']
    ] as const) {
      const route = await until(
        `${address}`,
        () => learned(router, address),
        10,
        () => router.routes('inet-vpn')
      )
      expectEqual(route.label, label, 'label')
      expectEqual(route.nextHop, underlay(i), 'next hop')
      expect(/^\d+\.\d+\.\d+\.\d+:\d+$/.test(route.rd ?? ''), `RD is ${route.rd}`)
      expect(route.targets?.includes(targets[name]) === true, `targets are ${route.targets?.join()}`)
      expectEqual(route.asPath, routerAs === as ? '' : String(as), 'AS path')
    }
  })
  await check('its route reaches agents of the network and of the connected one only', async () => {
    await until('red and blue have it', () => a.routes(red).has(prefix) && b.routes(blue).has(prefix))
    const hops = a
      .routes(red)
      .get(prefix)!
      .nextHops.map(hop => [hop.address, hop.label])
    // A router of another AS puts itself there.
    const hop = routerAs === as ? `10.61.0.${host}` : ground.address(host)
    expectEqual(hops, [[hop, 700 + host]], 'next hops')
    await pause(500)
    expect(!a.routes(lonely).has(prefix) && !c.routes(lonely).has(prefix), 'lonely has it')
  })
  await check('its death takes the route from the agents', async () => {
    await router.kill()
    await until('it is gone', () => !a.routes(red).has(prefix) && !b.routes(blue).has(prefix), 5)
  })
}

const learned = async (router: Daemon, prefix: string) =>
  (await router.routes('inet-vpn')).find(route => route.prefix === prefix)
