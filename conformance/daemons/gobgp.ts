/** GoBGP: no zebra, so nothing reaches the kernel. Routes are announced through its API once it is up. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FamilyName } from '../../src/bgp/wire/family.js'
import { Child, json, output } from '../harness/child.js'
import { bgpPort, type Ground } from '../harness/ground.js'
import { until } from '../harness/until.js'
import type { Daemon, DaemonKind, DaemonNeighbor, DaemonOptions, DaemonRoute, Origination } from './daemon.js'

/** Words of its configuration and of its command. */
const words: Partial<Record<FamilyName, readonly [string, string]>> = {
  inet: ['ipv4-unicast', 'ipv4'],
  inet6: ['ipv6-unicast', 'ipv6'],
  'inet-labeled': ['ipv4-labelled-unicast', 'ipv4-mpls'],
  'inet6-labeled': ['ipv6-labelled-unicast', 'ipv6-mpls'],
  'inet-vpn': ['l3vpn-ipv4-unicast', 'vpnv4'],
  'inet6-vpn': ['l3vpn-ipv6-unicast', 'vpnv6'],
  evpn: ['l2vpn-evpn', 'evpn'],
  'route-target': ['rtc', 'rtc']
}
const apiPort = 50051

/** Its command has no way to name an IPv6 one; the loopback's is nobody else's where there are such. */
const apiHost = ({ address }: DaemonOptions): string => (address.includes(':') ? '127.0.0.1' : address)

const families: readonly FamilyName[] = [
  'inet',
  'inet6',
  'inet-labeled',
  'inet6-labeled',
  'inet-vpn',
  'inet6-vpn',
  'evpn',
  'route-target'
]

export const gobgp: DaemonKind = {
  name: 'gobgp',
  packageName: 'gobgpd',
  programs: ['/usr/bin/gobgpd', '/usr/bin/gobgp'],
  families,
  originates: families,
  cannot: new Map([
    ['askRefresh', 'its soft reset looks again at what it has kept; it sends no ROUTE-REFRESH'],
    ['tellOpenErrors', 'it does not tell of an OPEN that was refused'],
    ['roles', 'no roles (RFC 9234) in 3.10'],
    ['extendedMessages', 'no extended messages (RFC 8654) in 3.10'],
    ['twoByteAs', 'it always offers AS numbers of four bytes'],
    ['enhancedRefresh', 'no enhanced route refresh (RFC 7313) in 3.10'],
    ['decideByAigp', 'it passes AIGP on to everybody, and does not choose by it'],
    ['tellMembers', 'it sends other members neither MED nor LOCAL_PREF, as if they were outside']
  ]),
  remarks: [
    'A soft reset looks again at what it has kept of the neighbour; its command sends no ROUTE-REFRESH.',
    'Adds its cluster to routes of its own too.',
    'Without graceful restart it sends no End-of-RIB: VPN routes to it wait 30 s for its route targets.'
  ],
  start: (ground, options) => GoBgp.start(ground, options)
}

class GoBgp implements Daemon {
  readonly name = 'gobgp'
  #child: Child

  private constructor(
    public options: DaemonOptions,
    private readonly folder: string
  ) {
    this.#child = this.#spawn()
  }

  static async start(ground: Ground, options: DaemonOptions): Promise<GoBgp> {
    const folder = ground.subFolder(`gobgp-${options.address}`)
    writeFileSync(join(folder, 'gobgpd.toml'), configuration(options))
    const daemon = new GoBgp(options, folder)
    ground.atEnd(() => daemon.child.stop())
    await daemon.#ready()
    return daemon
  }

  get child(): Child {
    return this.#child
  }

  #spawn(): Child {
    const { folder, options } = this
    const args = ['-f', join(folder, 'gobgpd.toml'), '--api-hosts', `${apiHost(options)}:${apiPort}`]
    args.push(
      '--pprof-disable',
      '-l',
      options.isQuiet === true ? 'info' : 'debug',
      ...(options.gracefulRestart === true && this.#again ? ['-r'] : [])
    )
    return new Child({ command: '/usr/bin/gobgpd', args, logFile: join(folder, 'log') })
  }
  /** Started before: it then says so in its OPEN. */
  #again = false

  async #ready(): Promise<void> {
    await until(
      'gobgpd answers',
      async () => {
        if (!this.#child.isRunning) throw new Error(`gobgpd has ended: ${this.#child.lastWords}`)
        return await this.#run('global').then(
          text => text.includes('AS:'),
          () => false
        )
      },
      15,
      () => this.#child.lastWords
    )
    for (const route of this.options.routes ?? []) await this.announce(route)
  }

  readonly #at = (): string[] => ['-u', apiHost(this.options), '-p', String(apiPort)]

  async #run(...args: readonly string[]): Promise<string> {
    return await output('/usr/bin/gobgp', [...this.#at(), ...args])
  }

  async #json<T>(...args: readonly string[]): Promise<T> {
    return await json<T>('/usr/bin/gobgp', [...this.#at(), '-j', ...args])
  }

  async announce(route: Origination): Promise<void> {
    // Memberships are those of its VRFs.
    if (route.family === 'route-target') {
      const { target = '' } = route
      await this.#run('vrf', 'add', `vrf-${target}`, 'rd', target, 'rt', 'both', target)
      return
    }
    await this.#run('global', 'rib', 'add', '-a', words[route.family]![1], ...announcement(route))
  }

  async neighbor(address: string): Promise<{ isEstablished: boolean; text: string }> {
    const { state = {} } = await this.#json<{ state?: { session_state?: number | string } }>(
      'neighbor',
      address
    )
    const isEstablished = state.session_state === 6 || state.session_state === 'ESTABLISHED'
    return { isEstablished, text: JSON.stringify(state) }
  }

  async routes(family: FamilyName): Promise<DaemonRoute[]> {
    const text = await this.#run('-j', 'global', 'rib', '-a', words[family]![1])
    if (!text.startsWith('{') && !text.startsWith('[')) return []
    const all = JSON.parse(text) as Record<string, readonly GoPath[]>
    return Object.entries(all).flatMap(([prefix, paths]) => paths.map(path => readPath(family, prefix, path)))
  }

  async count(family: FamilyName): Promise<number> {
    const text = await this.#run('global', 'rib', 'summary', '-a', words[family]![1])
    return Number(/Destination: (\d+)/.exec(text)?.[1] ?? 0)
  }

  async shutdown(address: string, text: string): Promise<void> {
    await this.#run('neighbor', address, 'shutdown', '--reason', text)
  }

  async refresh(address: string): Promise<void> {
    await this.#run('neighbor', address, 'softresetin')
  }

  async endOf(): Promise<string> {
    return this.#child.log
  }

  async kill(): Promise<void> {
    await this.#child.kill()
  }

  async restart(routes = this.options.routes): Promise<void> {
    this.options = { ...this.options, ...(routes !== undefined && { routes }) }
    this.#again = true
    this.#child = this.#spawn()
    await this.#ready()
  }
}

interface GoPath {
  readonly nlri: { readonly prefix?: string; readonly rd?: GoRd; readonly labels?: readonly number[] }
  readonly attrs: readonly GoAttribute[]
}

interface GoRd {
  readonly admin: number | string
  readonly assigned: number
}

interface GoAttribute {
  readonly type: number
  readonly value?: unknown
  readonly as_paths?: readonly { readonly segment_type: number; readonly asns: readonly number[] }[]
  readonly nexthop?: string
  readonly metric?: number
  readonly communities?: readonly number[]
}

function readPath(family: FamilyName, prefix: string, { nlri, attrs }: GoPath): DaemonRoute {
  const of = (type: number): GoAttribute | undefined => attrs.find(attribute => attribute.type === type)
  const reach = of(14)
  const med = of(4)?.metric
  const localPreference = of(5)?.value as number | undefined
  const originatorId = of(9)?.value as string | undefined
  const extended = (of(16)?.value ?? []) as readonly { type: number; subtype: number; value: string }[]
  const large = (of(32)?.value ?? []) as readonly Record<string, number>[]
  const label = nlri.labels?.[0]
  return {
    prefix: nlri.prefix ?? prefix,
    ...(nlri.rd !== undefined && { rd: `${nlri.rd.admin}:${nlri.rd.assigned}` }),
    nextHop: of(3)?.nexthop ?? reach?.nexthop ?? '',
    asPath: (of(2)?.as_paths ?? []).flatMap(({ asns }) => asns).join(' '),
    ...(med !== undefined && { med }),
    ...(localPreference !== undefined && { localPreference }),
    communities: (of(8)?.communities ?? []).map(value => `${value >>> 16}:${value & 0xffff}`),
    largeCommunities: large.map(value => Object.values(value).join(':')),
    targets: extended.filter(({ subtype }) => subtype === 2).map(({ value }) => value),
    ...(originatorId !== undefined && { originatorId }),
    clusterList: (of(10)?.value ?? []) as string[],
    ...(label !== undefined && { label }),
    ...(family === 'evpn' && { prefix })
  }
}

function announcement(route: Origination): string[] {
  const { family, prefix, nextHop, rd, label, target, med, localPreference, communities, largeCommunities } =
    route
  const args =
    family === 'evpn'
      ? ['prefix', prefix, 'gw', nextHop, 'label', String(label ?? 16), 'rd', rd!, 'etag', '0']
      : family.endsWith('-labeled')
        ? [prefix, String(label ?? 16)]
        : [prefix, ...(rd === undefined ? [] : ['label', String(label ?? 16), 'rd', rd])]
  if (target !== undefined) args.push('rt', target)
  args.push('nexthop', nextHop)
  if (med !== undefined) args.push('med', String(med))
  if (localPreference !== undefined) args.push('local-pref', String(localPreference))
  if (communities !== undefined) args.push('community', communities.join(','))
  if (largeCommunities !== undefined) args.push('large-community', largeCommunities.join(','))
  return args
}

function configuration(options: DaemonOptions): string {
  const { as, address, neighbors, confederation } = options
  return `[global.config]
  as = ${as}
  router-id = "${options.routerId ?? address}"
  port = ${bgpPort}
  local-address-list = ["${address}"]
${confederation === undefined ? '' : `  [global.confederation.config]\n    enabled = true\n    identifier = ${confederation.identifier}\n    member-as-list = [${confederation.members.join(', ')}]\n`}${neighbors.map(neighbor => neighborTable(neighbor, options)).join('')}`
}

function neighborTable(neighbor: DaemonNeighbor, options: DaemonOptions): string {
  const { address, families, gracefulRestart = false, holdTimeSeconds = 90, as } = options
  return `
[[neighbors]]
  [neighbors.config]
    neighbor-address = "${neighbor.address}"
    peer-as = ${neighbor.as}
${neighbor.md5Key === undefined ? '' : `    auth-password = "${neighbor.md5Key}"\n`}  [neighbors.timers.config]
    hold-time = ${holdTimeSeconds}
    keepalive-interval = ${Math.max(1, Math.floor(holdTimeSeconds / 3))}
    connect-retry = 1
    idle-hold-time-after-reset = 1
  [neighbors.transport.config]
    passive-mode = ${neighbor.passive === true}
    local-address = "${address}"
    remote-port = ${bgpPort}
${as === neighbor.as ? '' : '  [neighbors.ebgp-multihop.config]\n    enabled = true\n    multihop-ttl = 5\n'}${
  neighbor.isClient === true
    ? `  [neighbors.route-reflector.config]\n    route-reflector-client = true\n    route-reflector-cluster-id = "${options.routerId ?? address}"\n`
    : ''
}${gracefulRestart ? `  [neighbors.graceful-restart.config]\n    enabled = true\n    restart-time = ${options.restartSeconds ?? 30}\n${options.longLivedSeconds === undefined ? '' : '    long-lived-enabled = true\n'}` : ''}${families
  .map(family => familyTable(family, neighbor, options))
  .join('')}`
}

const familyTable = (
  family: FamilyName,
  neighbor: DaemonNeighbor,
  { gracefulRestart = false, longLivedSeconds }: DaemonOptions
): string => `
  [[neighbors.afi-safis]]
    [neighbors.afi-safis.config]
      afi-safi-name = "${words[family]![0]}"
${neighbor.addPath === true ? '    [neighbors.afi-safis.add-paths.config]\n      receive = true\n      send-max = 8\n' : ''}${gracefulRestart ? '    [neighbors.afi-safis.mp-graceful-restart.config]\n      enabled = true\n' : ''}${longLivedSeconds === undefined ? '' : `    [neighbors.afi-safis.long-lived-graceful-restart.config]\n      enabled = true\n      restart-time = ${longLivedSeconds}\n`}${
  neighbor.maximumPrefixes !== undefined && family === 'inet'
    ? `    [neighbors.afi-safis.prefix-limit.config]\n      max-prefixes = ${neighbor.maximumPrefixes}\n`
    : ''
}`
