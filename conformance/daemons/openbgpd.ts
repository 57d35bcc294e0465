/** OpenBGPD, three processes of which two have dropped their privileges; nothing reaches the kernel's table. */
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FamilyName } from '../../src/bgp/wire/family.js'
import { Child, json, output } from '../harness/child.js'
import { bgpPort, type Ground } from '../harness/ground.js'
import { until } from '../harness/until.js'
import type { Daemon, DaemonKind, DaemonNeighbor, DaemonOptions, DaemonRoute, Origination } from './daemon.js'
import { splitRd } from './daemon.js'

/** Words of its configuration and of `bgpctl show rib`. */
const words: Partial<Record<FamilyName, readonly [string, string]>> = {
  inet: ['IPv4 unicast', 'inet'],
  inet6: ['IPv6 unicast', 'inet6'],
  'inet-vpn': ['IPv4 vpn', 'vpnv4'],
  'inet6-vpn': ['IPv6 vpn', 'vpnv6']
}

export const openbgpd: DaemonKind = {
  name: 'openbgpd',
  packageName: 'openbgpd',
  programs: ['/usr/sbin/bgpd', '/usr/sbin/bgpctl'],
  families: ['inet', 'inet6', 'inet-vpn', 'inet6-vpn'],
  originates: ['inet', 'inet6'],
  cannot: new Map([
    [
      'answerRefresh',
      '7.7 answers ROUTE-REFRESH of nobody (`AID IPv4 unicast not negotiated`); FRR and BIRD get none either'
    ],
    ['listenWithKey', '7.7 on Linux sets TCP MD5 keys where it dials and not where it listens'],
    ['longLived', 'no long-lived graceful restart (RFC 9494) in 7.7'],
    ['keepRoutes', 'it only helps others restart; its own capability has no families'],
    ['extendedMessages', 'no extended messages (RFC 8654) in 7.7'],
    ['extendedNextHop', 'no extended next hop (RFC 8950) in 7.7'],
    ['confederations', 'no confederations'],
    ['aigp', 'no AIGP (RFC 7311) in 7.7'],
    [
      'takeVpnWithdrawals',
      '7.7 reads the label of a withdrawn VPN route as its RD, so the route stays (mended later)'
    ]
  ]),
  remarks: [
    'VPN routes of its own need an mpe(4) interface; those of others it reflects.',
    '7.7 answers ROUTE-REFRESH of nobody (`AID IPv4 unicast not negotiated`); FRR and BIRD get none either.',
    '7.7 on Linux sets TCP MD5 keys where it dials and not where it listens: FRR and BIRD get in without one as well.',
    'It only helps others restart; its own capability has no families.'
  ],
  needsRoot: true,
  start: (ground, options) => OpenBgpd.start(ground, options)
}

class OpenBgpd implements Daemon {
  readonly name = 'openbgpd'
  #child: Child

  private constructor(
    readonly options: DaemonOptions,
    private readonly folder: string
  ) {
    this.#child = this.#spawn()
  }

  static async start(ground: Ground, options: DaemonOptions): Promise<OpenBgpd> {
    const folder = ground.subFolder(`openbgpd-${options.address}`)
    const file = join(folder, 'bgpd.conf')
    writeFileSync(file, configuration(options, join(folder, 'ctl')))
    chmodSync(file, 0o600) // it may hold keys, and bgpd looks
    const daemon = new OpenBgpd(options, folder)
    ground.atEnd(() => daemon.child.stop())
    await daemon.#ready()
    return daemon
  }

  get child(): Child {
    return this.#child
  }

  #spawn(): Child {
    const args = ['-d', '-f', join(this.folder, 'bgpd.conf')]
    return new Child({ command: '/usr/sbin/bgpd', args, logFile: join(this.folder, 'log') })
  }

  async #ready(): Promise<void> {
    await until(
      'bgpd answers',
      async () => {
        if (!this.#child.isRunning) throw new Error(`OpenBGPD has ended: ${this.#child.lastWords}`)
        return await this.#run('show').then(
          () => true,
          () => false
        )
      },
      15,
      () => this.#child.lastWords
    )
  }

  readonly #at = (): string[] => ['-s', join(this.folder, 'ctl')]

  async #run(...args: readonly string[]): Promise<string> {
    return await output('/usr/sbin/bgpctl', [...this.#at(), ...args])
  }

  async neighbor(address: string): Promise<{ isEstablished: boolean; text: string }> {
    const text = await this.#run('show', 'neighbor', address)
    const state = /BGP state = (\w+)/.exec(text)?.[1]
    const error = /Last error.*|Last received error.*/.exec(text)?.[0]
    return { isEstablished: state === 'Established', text: `${state} ${error ?? ''}` }
  }

  async routes(family: FamilyName): Promise<DaemonRoute[]> {
    const args = [...this.#at(), '-j', 'show', 'rib', words[family]![1], 'detail']
    const { rib = [] } = await json<{ rib?: readonly OpenPath[] }>('/usr/sbin/bgpctl', args)
    return rib
      .filter(path => path.true_nexthop !== '???')
      .map(path => readPath(path, family.endsWith('-vpn'), this.options.address))
  }

  async count(): Promise<number> {
    const text = await this.#run('show', 'rib', 'memory')
    return Number(/(\d+) IPv4 unicast network entries/.exec(text)?.[1] ?? 0)
  }

  async shutdown(address: string, text: string): Promise<void> {
    await this.#run('neighbor', address, 'down', text)
  }

  async wake(address: string): Promise<void> {
    await this.#run('neighbor', address, 'up')
  }

  async refresh(address: string): Promise<void> {
    await this.#run('neighbor', address, 'refresh')
  }

  async endOf(address: string): Promise<string> {
    return (await this.#run('show', 'neighbor', address)) + this.#child.log
  }

  async kill(): Promise<void> {
    await this.#child.kill()
  }

  async restart(): Promise<void> {
    this.#child = this.#spawn()
    await this.#ready()
  }
}

interface OpenPath {
  readonly prefix: string
  readonly origin?: string
  readonly aspath: string
  readonly true_nexthop?: string
  readonly exit_nexthop?: string
  readonly metric?: number
  readonly localpref?: number
  readonly communities?: readonly string[]
  readonly large_communities?: readonly string[]
  readonly extended_communities?: readonly string[]
  readonly attributes?: readonly OpenAttribute[]
}

interface OpenAttribute {
  readonly originator?: string
  readonly cluster_list?: readonly string[]
}

function readPath(path: OpenPath, isVpn: boolean, address: string): DaemonRoute {
  const { metric, localpref, attributes = [] } = path
  const originator = attributes.find(attribute => attribute.originator !== undefined)?.originator
  return {
    ...(isVpn ? splitRd(path.prefix.replace(/^rd /, '').replace(' ', ':')) : { prefix: path.prefix }),
    nextHop: path.true_nexthop ?? path.exit_nexthop ?? '',
    asPath: path.aspath,
    ...(metric !== undefined && { med: metric }),
    ...(localpref !== undefined && { localPreference: localpref }),
    communities: path.communities ?? [],
    largeCommunities: path.large_communities ?? [],
    targets: (path.extended_communities ?? [])
      .filter(text => text.startsWith('rt '))
      .map(text => text.slice(3)),
    ...(originator !== undefined && { originatorId: originator }),
    // Its own stands in front, as it would send it.
    clusterList: attributes
      .flatMap(attribute => attribute.cluster_list ?? [])
      .filter(cluster => cluster !== address)
  }
}

function configuration(options: DaemonOptions, socket: string): string {
  const { as, address, neighbors, routes = [], holdTimeSeconds = 90 } = options
  return `AS ${as > 65535 ? `${as} 23456` : as}
router-id ${options.routerId ?? address}
fib-update no
holdtime ${holdTimeSeconds}
listen on ${address} port ${bgpPort}
socket "${socket}"
nexthop qualify via default
${routes.map(networkLine).join('')}${neighbors.map(neighbor => neighborBlock(neighbor, options)).join('')}
allow from any
allow to any
`
}

function networkLine(route: Origination): string {
  const { prefix, nextHop, med, localPreference, communities = [], largeCommunities = [], target } = route
  const sets = [
    `nexthop ${nextHop}`,
    ...(med === undefined ? [] : [`med ${med}`]),
    ...(localPreference === undefined ? [] : [`localpref ${localPreference}`]),
    ...communities.map(text => `community ${text}`),
    ...largeCommunities.map(text => `large-community ${text}`),
    ...(target === undefined ? [] : [`ext-community rt ${target}`])
  ]
  return `network ${prefix} set { ${sets.join(' ')} }\n`
}

function neighborBlock(neighbor: DaemonNeighbor, options: DaemonOptions): string {
  const { as, address, families, gracefulRestart } = options
  const lines = [
    `remote-as ${neighbor.as}`,
    `local-address ${address}`,
    `port ${bgpPort}`,
    ...(neighbor.passive === true ? ['passive'] : []),
    ...families.map(family => `announce ${words[family]![0]}`),
    ...(families.includes('inet') ? [] : ['announce IPv4 none']),
    `announce restart ${gracefulRestart === true ? 'yes' : 'no'}`,
    ...(neighbor.as === as ? [] : ['multihop 5', 'enforce neighbor-as no']),
    ...(neighbor.isClient === true ? ['route-reflector'] : []),
    ...(neighbor.addPath === true ? ['announce add-path recv yes', 'announce add-path send all'] : []),
    ...(neighbor.role === undefined ? [] : [`announce policy ${neighbor.role}`]),
    ...(neighbor.twoByteAs === true ? ['announce as-4byte no'] : []),
    'announce enhanced refresh yes',
    ...(neighbor.maximumPrefixes === undefined ? [] : [`max-prefix ${neighbor.maximumPrefixes}`]),
    ...(neighbor.md5Key === undefined ? [] : [`tcp md5sig password "${neighbor.md5Key}"`])
  ]
  return `neighbor ${neighbor.address} {\n${lines.map(line => `\t${line}\n`).join('')}}\n`
}
