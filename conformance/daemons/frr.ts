/** FRR's bgpd alone: no zebra, so that nothing reaches the kernel and every next hop counts as reachable. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FamilyName } from '../../src/bgp/wire/family.js'
import { Child, json, output } from '../harness/child.js'
import { bgpPort, type Ground } from '../harness/ground.js'
import { until } from '../harness/until.js'
import type { Daemon, DaemonKind, DaemonNeighbor, DaemonOptions, DaemonRoute, Origination } from './daemon.js'

const bgpd = '/usr/lib/frr/bgpd'

/** FRR's words for families: in its configuration, and in `show bgp`. */
const words: Partial<Record<FamilyName, string>> = {
  inet: 'ipv4 unicast',
  inet6: 'ipv6 unicast',
  'inet-labeled': 'ipv4 labeled-unicast',
  'inet6-labeled': 'ipv6 labeled-unicast',
  'inet-vpn': 'ipv4 vpn',
  'inet6-vpn': 'ipv6 vpn',
  evpn: 'l2vpn evpn'
}

export const frr: DaemonKind = {
  name: 'frr',
  packageName: 'frr',
  programs: [bgpd, '/usr/bin/vtysh'],
  families: ['inet', 'inet6', 'inet-labeled', 'inet6-labeled', 'inet-vpn', 'inet6-vpn', 'evpn'],
  originates: ['inet', 'inet6', 'inet-vpn', 'inet6-vpn', 'evpn'],
  cannot: new Map([
    ['aigp', 'no AIGP (RFC 7311) in 8.4'],
    [
      'mergeAs4Path',
      'it does so with all capabilities off only, and then leaves AS_TRANS in paths that come with AS4_PATH'
    ],
    [
      'passLabelled',
      'without zebra it has no labels, neither for its own labelled routes nor to pass those of another AS on with'
    ]
  ]),
  remarks: [
    'Takes labelled and plain routes of a neighbour only one at a time.',
    'With IPv4 sessions it puts itself in as next hop of the IPv6 routes that it reflects, and drops the label of EVPN type 1.',
    'Says its own address as next hop of IP prefixes in EVPN, and keeps routes over a restart only with `preserve-fw-state`.'
  ],
  start: (ground, options) => Frr.start(ground, options)
}

class Frr implements Daemon {
  readonly name = 'frr'
  #child: Child

  private constructor(
    public options: DaemonOptions,
    private readonly folder: string
  ) {
    this.#child = this.#spawn()
  }

  static async start(ground: Ground, options: DaemonOptions): Promise<Frr> {
    const folder = ground.subFolder(`frr-${options.address}`)
    writeFileSync(join(folder, 'bgpd.conf'), configuration(options))
    const daemon = new Frr(options, folder)
    ground.atEnd(() => daemon.child.stop())
    await daemon.#ready()
    return daemon
  }

  get child(): Child {
    return this.#child
  }

  #spawn(): Child {
    const { folder } = this
    const args = ['-f', join(folder, 'bgpd.conf'), '-i', join(folder, 'pid'), '--vty_socket', folder]
    args.push('-z', join(folder, 'zserv.api'), '-p', String(bgpPort), '-l', this.options.address)
    args.push('-P', '0', '-n', '-Z', '-S', '--log', 'stdout', '--log-level', 'debugging')
    return new Child({ command: bgpd, args, logFile: join(folder, 'log') })
  }

  async #ready(): Promise<void> {
    await until(
      'bgpd answers',
      async () => {
        if (!this.#child.isRunning) throw new Error(`bgpd has ended: ${this.#child.lastWords}`)
        return await this.show('show version').then(
          () => true,
          () => false
        )
      },
      15,
      () => this.#child.lastWords
    )
  }

  async show(command: string): Promise<string> {
    return await output('/usr/bin/vtysh', ['--vty_socket', this.folder, '-d', 'bgpd', '-c', command])
  }

  async showJson<T>(command: string): Promise<T> {
    return await json<T>('/usr/bin/vtysh', [
      '--vty_socket',
      this.folder,
      '-d',
      'bgpd',
      '-c',
      `${command} json`
    ])
  }

  async configure(...lines: readonly string[]): Promise<void> {
    const commands = ['configure terminal', `router bgp ${this.options.as}`, ...lines].flatMap(line => [
      '-c',
      line
    ])
    await output('/usr/bin/vtysh', ['--vty_socket', this.folder, '-d', 'bgpd', ...commands])
  }

  async neighbor(address: string): Promise<{ isEstablished: boolean; text: string }> {
    const all = await this.showJson<Record<string, Record<string, unknown>>>(`show bgp neighbors ${address}`)
    const { bgpState, lastResetDueTo, lastNotificationReason } = all[address] ?? {}
    const isEstablished = bgpState === 'Established'
    return { isEstablished, text: JSON.stringify({ bgpState, lastResetDueTo, lastNotificationReason }) }
  }

  async routes(family: FamilyName): Promise<DaemonRoute[]> {
    const word = words[family]!
    const isVpn = family.endsWith('-vpn')
    if (family === 'evpn') return await this.#evpnRoutes()
    const all = await this.showJson<Record<string, unknown>>(`show bgp ${word}`)
    const routes = all.routes as Record<string, object>
    const tables = isVpn
      ? Object.entries((routes as { routeDistinguishers?: object }).routeDistinguishers ?? {})
      : [['', routes] as const]
    const found: DaemonRoute[] = []
    for (const [rd, table] of tables) {
      for (const prefix of Object.keys(table)) {
        const one = await this.showJson<FrrDetail & Record<string, FrrDetail>>(
          isVpn ? `show bgp ${word} rd ${rd} ${prefix}` : `show bgp ${word} ${prefix}`
        )
        const paths = one.paths ?? Object.values(one)[0]?.paths ?? []
        found.push(...paths.map(path => readPath(prefix, rd, path)))
      }
    }
    return found
  }

  async #evpnRoutes(): Promise<DaemonRoute[]> {
    const all = await this.showJson<Record<string, unknown>>('show bgp l2vpn evpn')
    const found: DaemonRoute[] = []
    for (const [rd, table] of Object.entries(all)) {
      if (typeof table !== 'object' || table === null) continue
      for (const [prefix, entry] of Object.entries(table)) {
        for (const path of (entry as { paths?: FrrPath[][] }).paths ?? [])
          found.push(...[path].flat().map(each => readPath(prefix, rd, each)))
      }
    }
    return found
  }

  async count(family: FamilyName): Promise<number> {
    const summary = await this.showJson<Record<string, unknown>>(`show bgp ${words[family]!} summary`)
    const peers = (summary.peers ?? {}) as Record<string, { pfxRcd: number }>
    return Object.values(peers).reduce((sum, { pfxRcd }) => sum + pfxRcd, 0)
  }

  async shutdown(address: string, text: string): Promise<void> {
    await this.configure(`neighbor ${address} shutdown message ${text}`)
  }

  async changeKey(address: string, key: string): Promise<void> {
    await this.configure(`neighbor ${address} password ${key}`)
  }

  async refresh(address: string): Promise<void> {
    await this.show(`clear bgp ipv4 unicast ${address} in`)
  }

  async endOf(address: string): Promise<string> {
    return (await this.show(`show bgp neighbors ${address}`)) + this.#child.log
  }

  async kill(): Promise<void> {
    await this.#child.kill()
  }

  async restart(routes = this.options.routes): Promise<void> {
    this.options = { ...this.options, ...(routes !== undefined && { routes }) }
    writeFileSync(join(this.folder, 'bgpd.conf'), configuration(this.options))
    this.#child = this.#spawn()
    await this.#ready()
  }
}

interface FrrDetail {
  readonly paths?: readonly FrrPath[]
}

interface FrrPath {
  readonly aspath?: { readonly string: string }
  readonly path?: string
  readonly metric?: number
  readonly locPrf?: number
  readonly nexthops?: readonly { readonly ip: string; readonly scope?: string }[]
  readonly community?: { readonly string: string }
  readonly largeCommunity?: { readonly string: string }
  readonly extendedCommunity?: { readonly string: string }
  readonly originatorId?: string
  readonly clusterList?: { readonly list: readonly string[] }
  readonly remoteLabel?: number
}

function readPath(prefix: string, rd: string, path: FrrPath): DaemonRoute {
  const targets = /RT:(\S+)/g
  const asPath = path.aspath?.string ?? path.path ?? ''
  return {
    prefix,
    ...(rd !== '' && { rd }),
    nextHop: path.nexthops?.find(({ scope }) => scope !== 'link-local')?.ip ?? '',
    asPath: asPath === 'Local' ? '' : asPath,
    ...(path.metric !== undefined && { med: path.metric }),
    ...(path.locPrf !== undefined && { localPreference: path.locPrf }),
    communities: split(path.community?.string),
    largeCommunities: split(path.largeCommunity?.string),
    targets: [...(path.extendedCommunity?.string ?? '').matchAll(targets)].map(match => match[1]!),
    ...(path.originatorId !== undefined && { originatorId: path.originatorId }),
    clusterList: path.clusterList?.list ?? [],
    ...(path.remoteLabel !== undefined && { label: path.remoteLabel })
  }
}

const split = (text = ''): string[] => text.split(' ').filter(word => word !== '')

function configuration(options: DaemonOptions): string {
  const { as, address, neighbors, routes = [], families } = options
  // Route maps come first: one that is not known yet when a network line names it is looked for only after 5 s.
  const lines = ['frr defaults traditional', 'hostname frr', ...routes.flatMap(routeMap), `router bgp ${as}`]
  lines.push(
    ` bgp router-id ${options.routerId ?? address}`,
    ' no bgp default ipv4-unicast',
    ' no bgp ebgp-requires-policy'
  )
  lines.push(
    ' no bgp network import-check',
    ' bgp disable-ebgp-connected-route-check',
    ' bgp log-neighbor-changes'
  )
  const { confederation } = options
  if (confederation !== undefined)
    lines.push(
      ` bgp confederation identifier ${confederation.identifier}`,
      ` bgp confederation peers ${confederation.members.filter(member => member !== as).join(' ')}`
    )
  if (options.gracefulRestart === true)
    lines.push(
      ' bgp graceful-restart',
      ' bgp graceful-restart preserve-fw-state',
      ` bgp graceful-restart restart-time ${options.restartSeconds ?? 30}`
    )
  if (options.longLivedSeconds !== undefined)
    lines.push(` bgp long-lived-graceful-restart stale-time ${options.longLivedSeconds}`)
  for (const neighbor of neighbors) lines.push(...neighborLines(neighbor, options))
  for (const family of families) {
    lines.push(` address-family ${words[family]!}`)
    for (const neighbor of neighbors) {
      lines.push(`  neighbor ${neighbor.address} activate`)
      if (neighbor.addPath === true && family !== 'evpn')
        lines.push(`  neighbor ${neighbor.address} addpath-tx-all-paths`)
      if (neighbor.isClient === true) lines.push(`  neighbor ${neighbor.address} route-reflector-client`)
      if (neighbor.maximumPrefixes !== undefined && family === 'inet')
        lines.push(`  neighbor ${neighbor.address} maximum-prefix ${neighbor.maximumPrefixes}`)
    }
    for (const [i, route] of routes.entries()) if (route.family === family) lines.push(networkLine(route, i))
    lines.push(' exit-address-family')
  }
  lines.push('exit')
  return `${lines.join('\n')}\n`
}

function neighborLines(neighbor: DaemonNeighbor, options: DaemonOptions): string[] {
  const hold = options.holdTimeSeconds ?? 90
  const name = ` neighbor ${neighbor.address}`
  return [
    `${name} remote-as ${neighbor.as}`,
    `${name} port ${bgpPort}`,
    `${name} update-source ${options.address}`,
    `${name} timers ${Math.max(1, Math.floor(hold / 3))} ${hold}`,
    `${name} timers connect 1`,
    `${name} advertisement-interval 0`,
    `${name} disable-connected-check`,
    ...(neighbor.ttlSecurity === undefined ? [] : [`${name} ttl-security hops ${neighbor.ttlSecurity}`]),
    ...(neighbor.ttl === undefined ? [] : [`${name} ebgp-multihop ${neighbor.ttl}`]),
    ...(neighbor.passive === true ? [`${name} passive`] : []),
    ...(neighbor.role === undefined
      ? []
      : [`${name} local-role ${neighbor.role.replace(/^rs$/, 'rs-server')}`]),
    ...(neighbor.twoByteAs === true ? [`${name} dont-capability-negotiate`] : []),
    ...(neighbor.extendedNextHop === true ? [`${name} capability extended-nexthop`] : []),
    ...(neighbor.md5Key === undefined ? [] : [`${name} password ${neighbor.md5Key}`])
  ]
}

function networkLine({ family, prefix, rd, label = 16, nextHop }: Origination, index: number): string {
  const routeMap = ` route-map out-${index}`
  if (family === 'evpn')
    // an IP prefix, type 5
    return `  network ${prefix} rd ${rd} ethtag 0 label ${label} esi ${zeroEsi} gwip ${nextHop} routermac ${mac}${routeMap}`
  return `  network ${prefix}${rd === undefined ? '' : ` rd ${rd} label ${label}`}${routeMap}`
}

const zeroEsi = '00:00:00:00:00:00:00:00:00:00'
const mac = '02:00:00:00:00:05'

function routeMap(route: Origination, index: number): string[] {
  const hop = route.family.startsWith('inet6') ? ['ipv6 next-hop global'] : ['ip next-hop']
  const lines = [`route-map out-${index} permit 10`, ` set ${hop[0]} ${route.nextHop}`]
  if (route.med !== undefined) lines.push(` set metric ${route.med}`)
  if (route.localPreference !== undefined) lines.push(` set local-preference ${route.localPreference}`)
  if (route.communities !== undefined) lines.push(` set community ${route.communities.join(' ')}`)
  if (route.largeCommunities !== undefined)
    lines.push(` set large-community ${route.largeCommunities.join(' ')}`)
  if (route.target !== undefined) lines.push(` set extcommunity rt ${route.target}`)
  return [...lines, 'exit']
}
