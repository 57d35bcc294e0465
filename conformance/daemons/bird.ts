/** BIRD 2 without a kernel protocol. Next hops resolve over covering routes in tables of their own. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FamilyName } from '../../src/bgp/wire/family.js'
import { withoutZone, zoneOf } from '../../src/net/scoped-ip.js'
import { Child, output } from '../harness/child.js'
import { bgpPort, type Ground } from '../harness/ground.js'
import { until } from '../harness/until.js'
import type { Daemon, DaemonKind, DaemonNeighbor, DaemonOptions, DaemonRoute, Origination } from './daemon.js'

/** Channel of a BGP protocol, its table, and the table where its next hops are looked up. */
const channels: Partial<Record<FamilyName, { channel: string; net: string; table: string; igp: string }>> = {
  inet: { channel: 'ipv4', net: 'ipv4', table: 'master4', igp: 'igp4' },
  inet6: { channel: 'ipv6', net: 'ipv6', table: 'master6', igp: 'igp6' },
  'inet-labeled': { channel: 'ipv4 mpls', net: 'ipv4', table: 'labeled4', igp: 'igp4' },
  'inet6-labeled': { channel: 'ipv6 mpls', net: 'ipv6', table: 'labeled6', igp: 'igp6' },
  'inet-vpn': { channel: 'vpn4 mpls', net: 'vpn4', table: 'vpntab4', igp: 'igp4' },
  'inet6-vpn': { channel: 'vpn6 mpls', net: 'vpn6', table: 'vpntab6', igp: 'igp6' }
}

export const bird: DaemonKind = {
  name: 'bird',
  packageName: 'bird2',
  programs: ['/usr/sbin/bird', '/usr/sbin/birdc'],
  families: ['inet', 'inet6', 'inet-labeled', 'inet6-labeled', 'inet-vpn', 'inet6-vpn'],
  originates: ['inet', 'inet6', 'inet-labeled', 'inet6-labeled', 'inet-vpn', 'inet6-vpn'],
  cannot: new Map([['chooseLabel', 'its labels come from forwarding, which it does not do here']]),
  remarks: ['Its labels come from forwarding, which it does not do here: it announces implicit null.'],
  start: (ground, options) => Bird.start(ground, options)
}

class Bird implements Daemon {
  readonly name = 'bird'
  #child: Child

  private constructor(
    public options: DaemonOptions,
    private readonly folder: string
  ) {
    this.#child = this.#spawn(false)
  }

  static async start(ground: Ground, options: DaemonOptions): Promise<Bird> {
    const folder = ground.subFolder(`bird-${options.address}`)
    writeFileSync(join(folder, 'bird.conf'), configuration(options))
    const daemon = new Bird(options, folder)
    ground.atEnd(() => daemon.child.stop())
    await daemon.#ready()
    return daemon
  }

  get child(): Child {
    return this.#child
  }

  #spawn(recovers: boolean): Child {
    const { folder } = this
    const args = [
      '-f',
      '-c',
      join(folder, 'bird.conf'),
      '-s',
      join(folder, 'ctl'),
      ...(recovers ? ['-R'] : [])
    ]
    return new Child({ command: '/usr/sbin/bird', args, logFile: join(folder, 'log') })
  }

  async #ready(): Promise<void> {
    await until(
      'bird answers',
      async () => {
        if (!this.#child.isRunning) throw new Error(`bird has ended: ${this.#child.lastWords}`)
        return await this.#run('show status').then(
          text => text.includes('Daemon is up'),
          () => false
        )
      },
      15,
      () => this.#child.lastWords
    )
  }

  async #run(command: string): Promise<string> {
    return await output('/usr/sbin/birdc', ['-s', join(this.folder, 'ctl'), ...command.split(' ')])
  }

  #protocol(address: string): string {
    return protocolName(this.options.neighbors.find(neighbor => neighbor.address === address)!)
  }

  async neighbor(address: string): Promise<{ isEstablished: boolean; text: string }> {
    const text = await this.#run(`show protocols all ${this.#protocol(address)}`)
    const found = /BGP state: +(.*)/.exec(text)?.[1]
    const error = /Last error: +(.*)/.exec(text)?.[1]
    return { isEstablished: found === 'Established', text: `${found}, last error ${error}` }
  }

  async routes(family: FamilyName): Promise<DaemonRoute[]> {
    const text = await this.#run(`show route table ${channels[family]!.table} all where source = RTS_BGP`)
    return readRoutes(text)
  }

  async count(family: FamilyName): Promise<number> {
    const text = await this.#run(`show route table ${channels[family]!.table} count`)
    return Number(/(\d+) of \d+ routes/.exec(text)?.[1] ?? 0)
  }

  async shutdown(address: string, text: string): Promise<void> {
    await this.#run(`disable ${this.#protocol(address)} "${text}"`)
  }

  async changeKey(address: string, key: string): Promise<void> {
    const neighbors = this.options.neighbors.map(neighbor =>
      neighbor.address === address ? { ...neighbor, md5Key: key } : neighbor
    )
    this.options = { ...this.options, neighbors }
    writeFileSync(join(this.folder, 'bird.conf'), configuration(this.options))
    await this.#run('configure')
  }

  async refresh(address: string): Promise<void> {
    await this.#run(`reload in ${this.#protocol(address)}`)
  }

  async endOf(address: string): Promise<string> {
    return (await this.#run(`show protocols all ${this.#protocol(address)}`)) + this.#child.log
  }

  async kill(): Promise<void> {
    await this.#child.kill()
  }

  async restart(routes = this.options.routes): Promise<void> {
    this.options = { ...this.options, ...(routes !== undefined && { routes }) }
    writeFileSync(join(this.folder, 'bird.conf'), configuration(this.options))
    this.#child = this.#spawn(this.options.gracefulRestart === true)
    await this.#ready()
  }
}

function readRoutes(text: string): DaemonRoute[] {
  const routes: DaemonRoute[] = []
  // A route begins in the first column, or with the prefix of the one before it left out.
  let prefix = ''
  for (const block of text.split(/\n(?!\t)/)) {
    const head =
      /^(?:(\d+:\d+ |\S+:\d+ )?(\S+\/\d+))? +unicast|^(?:(\S+:\d+) )?(\S+\/\d+)? +(?:unreachable|blackhole)/.exec(
        block
      )
    if (head === null) continue
    const rd = head[1]?.trim() ?? head[3]
    prefix = head[2] ?? head[4] ?? prefix
    const of = (name: string): string | undefined => new RegExp(`\\tBGP\\.${name}: ?(.*)`).exec(block)?.[1]
    const [med, localPreference, label] = [of('med'), of('local_pref'), of('mpls_label_stack')]
    const originatorId = of('originator_id')
    routes.push({
      prefix,
      ...(rd !== undefined && { rd }),
      nextHop: (of('next_hop') ?? '').split(' ')[0]!,
      asPath: of('as_path') ?? '',
      ...(med !== undefined && { med: Number(med) }),
      ...(localPreference !== undefined && { localPreference: Number(localPreference) }),
      communities: tuples(of('community')),
      largeCommunities: tuples(of('large_community')),
      targets: tuples(of('ext_community'))
        .filter(text => text.startsWith('rt:'))
        .map(text => text.slice(3)),
      ...(originatorId !== undefined && { originatorId }),
      clusterList: (of('cluster_list') ?? '').split(' ').filter(word => word !== ''),
      ...(label !== undefined && { label: Number(label.split(' ')[0]) })
    })
  }
  return routes
}

/** `(64512,8) (64512,9)`, with or without spaces inside. */
const tuples = (text = ''): string[] =>
  [...text.matchAll(/\(([^)]*)\)/g)].map(match => match[1]!.split(/, */).join(':'))

const protocolName = (neighbor: DaemonNeighbor): string => `bgp_${neighbor.name.replace(/\W/g, '_')}`

function configuration(options: DaemonOptions): string {
  const { address, neighbors, families, routes = [] } = options
  const used = families.map(family => channels[family]!)
  const tables = new Set(
    used.filter(({ table }) => !table.startsWith('master')).map(({ net, table }) => `${net} table ${table};`)
  )
  return `log stderr all;
router id ${options.routerId ?? address};
${options.gracefulRestart === true ? 'graceful restart wait 10;\n' : ''}protocol device { scan time 60; }
ipv4 table igp4;
ipv6 table igp6;
protocol static { ipv4 { table igp4; }; route 0.0.0.0/0 via "lo"; }
protocol static { ipv6 { table igp6; }; route ::/0 via "lo"; }
${[...tables].join('\n')}
${families.map(family => staticProtocol(family, routes)).join('')}${neighbors.map(neighbor => bgpProtocol(neighbor, options)).join('')}`
}

function staticProtocol(family: FamilyName, routes: readonly Origination[]): string {
  const { net, table } = channels[family]!
  const own = routes.filter(route => route.family === family)
  if (own.length === 0) return ''
  const lines = own.map(route => `  route ${netOf(route)} blackhole;`)
  return `protocol static { ${net} { table ${table}; };\n${lines.join('\n')}\n}\n`
}

const netOf = ({ prefix, rd }: Origination): string => (rd === undefined ? prefix : `${rd} ${prefix}`)

function bgpProtocol(neighbor: DaemonNeighbor, options: DaemonOptions): string {
  const { as, address, families, gracefulRestart, holdTimeSeconds = 90 } = options
  const zone = zoneOf(neighbor.address)
  const lines = [
    `local ${withoutZone(address)} port ${bgpPort} as ${as}`,
    `neighbor ${withoutZone(neighbor.address)} port ${bgpPort} as ${neighbor.as}`,
    'strict bind',
    zone !== '' ? `direct; interface "${zone}"` : `multihop ${neighbor.ttlSecurity ?? neighbor.ttl ?? ''}`,
    ...(neighbor.ttlSecurity === undefined ? [] : ['ttl security on']),
    `hold time ${holdTimeSeconds}`,
    'connect delay time 1',
    'connect retry time 2',
    'error wait time 1, 2',
    `graceful restart ${gracefulRestart === true ? 'on' : 'aware'}`,
    ...(gracefulRestart === true ? [`graceful restart time ${options.restartSeconds ?? 30}`] : []),
    ...(options.longLivedSeconds === undefined
      ? []
      : ['long lived graceful restart on', `long lived stale time ${options.longLivedSeconds}`]),
    ...(neighbor.passive === true ? ['passive'] : []),
    ...(neighbor.role === undefined ? [] : [`local role ${birdRoles[neighbor.role]}`]),
    ...(neighbor.extendedMessages === true ? ['enable extended messages on'] : []),
    ...(neighbor.twoByteAs === true ? ['enable as4 off'] : []),
    ...(options.confederation === undefined ? [] : [`confederation ${options.confederation.identifier}`]),
    ...(options.confederation?.members.includes(neighbor.as) === true ? ['confederation member on'] : []),
    ...(neighbor.isClient === true ? ['rr client'] : []),
    ...(neighbor.md5Key === undefined ? [] : [`password "${neighbor.md5Key}"`])
  ]
  return `protocol bgp ${protocolName(neighbor)} {
${lines.map(line => `  ${line};`).join('\n')}
${families.map(family => channelBlock(family, neighbor, options)).join('')}}
`
}

const birdRoles = {
  provider: 'provider',
  customer: 'customer',
  peer: 'peer',
  rs: 'rs_server',
  'rs-client': 'rs_client'
} as const

function channelBlock(family: FamilyName, neighbor: DaemonNeighbor, { routes = [] }: DaemonOptions): string {
  const { channel, table, igp } = channels[family]!
  const own = routes.filter(route => route.family === family)
  const nextHop = own[0]?.nextHop
  return `  ${channel} {
    table ${table}; igp table ${igp}; import all;
${neighbor.addPath === true ? '    add paths on;\n' : ''}${neighbor.aigp === true ? '    aigp on;\n' : ''}${
  neighbor.extendedNextHop === true && family.startsWith('inet') && !family.startsWith('inet6')
    ? '    extended next hop on;\n'
    : ''
}${nextHop === undefined ? '' : `    next hop address ${nextHop};\n`}${
  neighbor.maximumPrefixes !== undefined && family === 'inet'
    ? `    import limit ${neighbor.maximumPrefixes} action disable;\n`
    : ''
}    export filter {
${own.map(attributeLines).join('')}      accept;
    };
  };
`
}

function attributeLines(route: Origination): string {
  const { med, localPreference, communities = [], largeCommunities = [], target } = route
  const tuple = (text: string): string => `(${text.split(':').join(',')})`
  const lines = [
    ...(med === undefined ? [] : [`bgp_med = ${med}`]),
    ...(localPreference === undefined ? [] : [`bgp_local_pref = ${localPreference}`]),
    ...communities.map(text => `bgp_community.add(${tuple(text)})`),
    ...largeCommunities.map(text => `bgp_large_community.add(${tuple(text)})`),
    ...(target === undefined ? [] : [`bgp_ext_community.add((rt,${target.split(':').join(',')}))`])
  ]
  if (lines.length === 0) return ''
  return `      if net = ${netOf(route)} then { ${lines.join('; ')}; }\n`
}
