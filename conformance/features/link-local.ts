/**
 * Sessions over link-local addresses, with BIRD at the other end of a veth pair in a network namespace of their own: a
 * neighbour of the graph and one of a range, either side dialling, with and without a key and GTSM. FRR knows interfaces
 * from zebra alone, which the suites do without.
 */
import { execFileSync } from 'node:child_process'
import { noNeighbourConfig } from '../../src/config/neighbour-config.js'
import type { NeighbourOptions } from '../../src/config/neighbour-options.js'
import { bird } from '../daemons/bird.js'
import { type Daemon, type DaemonNeighbor, missing } from '../daemons/daemon.js'
import { bgpPort, type Ground, onGround } from '../harness/ground.js'
import { TestNode } from '../harness/node.js'
import { fabricObjects, globalObject, routerObjects } from '../harness/objects.js'
import { expectEqual, type Report } from '../harness/report.js'
import { stays, until } from '../harness/until.js'
import { nodeAs } from './stage.js'

const as = 65001
const [ourLink, itsLink] = ['weft0', 'bird0'] as const
/** As each side sees the other; the addresses are of the other end of the link. */
const [us, it] = [`fe80::a%${itsLink}`, `fe80::b%${ourLink}`] as const
const routes = [{ family: 'inet6', prefix: '2001:db8:b::/48', nextHop: '2001:db8::b' }] as const
const upSeconds = 30
const quietSeconds = 4

interface Case {
  readonly feature: string
  readonly weDial?: boolean
  /** It is not in the graph, but in this range. */
  readonly range?: { readonly interface?: string }
  readonly ours?: NeighbourOptions
  readonly its?: Partial<DaemonNeighbor>
  readonly isUp: boolean
}

const cases: readonly Case[] = [
  { feature: 'of the graph, we dial', weDial: true, isUp: true },
  { feature: 'of the graph, it dials', isUp: true },
  { feature: 'of a range', range: {}, isUp: true },
  { feature: 'of a range of its interface', range: { interface: ourLink }, isUp: true },
  { feature: 'of a range of another interface', range: { interface: 'lo' }, isUp: false },
  {
    feature: 'with a key and GTSM, we dial',
    weDial: true,
    ours: { md5Key: ['k'], ttlSecurity: 1 },
    its: { md5Key: 'k', ttlSecurity: 1 },
    isUp: true
  },
  {
    feature: 'with a key and GTSM, it dials',
    ours: { md5Key: ['k'], ttlSecurity: 1 },
    its: { md5Key: 'k', ttlSecurity: 1 },
    isUp: true
  },
  { feature: 'another key', ours: { md5Key: ['k'] }, its: { md5Key: 'l' }, isUp: false }
]

/** To be run where links may be made. */
export async function linkLocalChecks(report: Report): Promise<void> {
  if (missing(bird) !== undefined) return
  const ip = (...words: string[]): unknown => execFileSync('ip', words)
  ip('link', 'add', ourLink, 'type', 'veth', 'peer', 'name', itsLink)
  for (const [link, address] of [
    [ourLink, 'fe80::a/64'],
    [itsLink, 'fe80::b/64']
  ] as const) {
    ip('link', 'set', link, 'addrgenmode', 'none')
    ip('link', 'set', link, 'up')
    ip('-6', 'address', 'add', address, 'dev', link, 'nodad')
  }
  for (const each of cases)
    await report.check(bird.name, `link-local: ${each.feature}`, () => onGround(ground => run(ground, each)))
}

async function run(ground: Ground, { weDial = false, range, ours = {}, its, isUp }: Case): Promise<void> {
  const node = await TestNode.start(ground, {
    // The wildcard would take the daemon's address too.
    address: `fe80::a%${ourLink}`,
    objects: objects(ground, weDial, range === undefined)
  })
  const options = { idleRemovalSeconds: 60, limit: 5, families: ['inet6'] as const, options: ours }
  node.control.configureNeighbours({
    ...noNeighbourConfig,
    neighbours: range === undefined ? new Map([[it, ours]]) : new Map(),
    dynamicNeighbours: range === undefined ? [] : [{ range: 'fe80::/10', peerAs: [as], ...options, ...range }]
  })
  const daemon = await bird.start(ground, {
    as,
    address: 'fe80::b',
    routerId: ground.routerId(2),
    families: ['inet6'],
    routes,
    neighbors: [{ name: 'weft', address: us, as: nodeAs, passive: weDial, ...its }]
  })
  if (!isUp) {
    await stays('no session', async () => !(await daemon.neighbor(us)).isEstablished, quietSeconds)
    return
  }
  await until('the session is up at both ends', () => isUpAtBoth(node, daemon), upSeconds)
  const peer = node.control.peers.byAddress(it)!
  expectEqual(peer.session.remote?.address, it, 'who it is')
  await until('its route', () => peer.paths === 1, upSeconds)
}

const isUpAtBoth = async (node: TestNode, daemon: Daemon): Promise<boolean> =>
  node.control.peers.byAddress(it)?.session.state === 'established' &&
  (await daemon.neighbor(us)).isEstablished

function objects(ground: Ground, weDial: boolean, isThere: boolean): object[] {
  const neighbor = {
    name: bird.name,
    as,
    address: it,
    identifier: ground.routerId(2),
    port: bgpPort,
    passive: !weDial,
    families: ['inet6']
  }
  const own = {
    hostname: 'cn-a',
    as: nodeAs,
    address: ground.routerId(1),
    port: bgpPort,
    neighbors: isThere ? [neighbor] : []
  }
  return [globalObject({ as: nodeAs }), ...fabricObjects(), ...routerObjects(own)]
}
