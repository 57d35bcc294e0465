/**
 * ExaBGP: it has no table of its own; what it hears goes as JSON to a helper, which keeps it in a file, and commands
 * reach it from a pipe.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FamilyName } from '../../src/bgp/wire/family.js'
import { Child } from '../harness/child.js'
import { bgpPort, type Ground } from '../harness/ground.js'
import { until } from '../harness/until.js'
import type { Daemon, DaemonKind, DaemonNeighbor, DaemonOptions, DaemonRoute, Origination } from './daemon.js'
import { type ExaMessage, ExaTable } from './exabgp-table.js'

/** Words of its configuration; in JSON the same. */
const words: Partial<Record<FamilyName, string>> = {
  inet: 'ipv4 unicast',
  inet6: 'ipv6 unicast',
  'inet-labeled': 'ipv4 nlri-mpls',
  'inet6-labeled': 'ipv6 nlri-mpls',
  'inet-vpn': 'ipv4 mpls-vpn',
  'inet6-vpn': 'ipv6 mpls-vpn',
  evpn: 'l2vpn evpn'
}

export const exabgp: DaemonKind = {
  name: 'exabgp',
  packageName: 'exabgp',
  programs: ['/usr/sbin/exabgp'],
  families: ['inet', 'inet6', 'inet-labeled', 'inet6-labeled', 'inet-vpn', 'inet6-vpn', 'evpn'],
  originates: ['inet', 'inet6', 'inet-labeled', 'inet6-labeled', 'inet-vpn', 'inet6-vpn'],
  cannot: new Map([
    [
      'answerRefresh',
      "4.2.21 dies answering an enhanced route refresh (`'RouteRefresh' object is not iterable`)"
    ],
    ['forward', 'it has no table and forwards nothing'],
    ['shutdownText', 'it sends no text'],
    ['maximumPrefixes', 'it has no limits'],
    ['gracefulRestart', 'no graceful restart'],
    ['longLived', 'no long-lived graceful restart'],
    ['keepRoutes', 'no graceful restart'],
    ['roles', 'no roles (RFC 9234) in 4.2'],
    ['enhancedRefresh', '4.2.21 dies answering one'],
    ['surviveRefresh', '4.2.21 dies answering one'],
    ['confederations', 'no confederations']
  ]),
  remarks: [
    'No table: it forwards nothing and has no limits. No graceful restart, no text in a shutdown.',
    "Where enhanced route refresh (RFC 7313) was agreed on, 4.2.21 dies answering one (`'RouteRefresh' object is not iterable`)."
  ],
  start: (ground, options) => ExaBgp.start(ground, options)
}

class ExaBgp implements Daemon {
  readonly name = 'exabgp'
  #child: Child

  private constructor(
    readonly options: DaemonOptions,
    private readonly folder: string
  ) {
    this.#child = this.#spawn()
  }

  static async start(ground: Ground, options: DaemonOptions): Promise<ExaBgp> {
    const folder = ground.subFolder(`exabgp-${options.address}`)
    const pipe = join(folder, 'commands')
    execFileSync('mkfifo', [pipe])
    const helper = join(folder, 'helper')
    // Open for both, so that it never ends; what ExaBGP says to the helper is kept.
    writeFileSync(helper, `#!/bin/sh\ncat <>${pipe} &\nexec cat >>${join(folder, 'heard.json')}\n`)
    chmodSync(helper, 0o755)
    writeFileSync(join(folder, 'exabgp.conf'), configuration(options, helper))
    const daemon = new ExaBgp(options, folder)
    ground.atEnd(() => daemon.child.stop())
    await until(
      'exabgp runs',
      () => daemon.child.log.includes('loaded new configuration successfully'),
      20,
      () => daemon.child.lastWords
    )
    return daemon
  }

  get child(): Child {
    return this.#child
  }

  #spawn(): Child {
    const { folder, options } = this
    return new Child({
      command: '/usr/sbin/exabgp',
      args: [join(folder, 'exabgp.conf')],
      logFile: join(folder, 'log'),
      env: {
        exabgp_tcp_bind: options.address,
        exabgp_tcp_port: String(bgpPort),
        exabgp_daemon_user: 'root',
        exabgp_daemon_drop: 'false',
        exabgp_api_cli: 'false',
        exabgp_api_ack: 'false',
        exabgp_log_all: 'true',
        exabgp_log_destination: 'stdout'
      }
    })
  }

  #heard(): ExaMessage[] {
    const file = join(this.folder, 'heard.json')
    if (!existsSync(file)) return []
    const lines = readFileSync(file, 'utf8')
      .split('\n')
      .filter(line => line.endsWith('}'))
    return lines.flatMap(parsed)
  }

  async neighbor(address: string): Promise<{ isEstablished: boolean; text: string }> {
    const states = this.#heard().filter(
      ({ type, neighbor }) => type === 'state' && neighbor?.address?.peer === address
    )
    const last = states.at(-1)?.neighbor
    return { isEstablished: last?.state === 'up', text: JSON.stringify(last) }
  }

  async routes(family: FamilyName): Promise<DaemonRoute[]> {
    const table = new ExaTable()
    for (const message of this.#heard()) table.take(message)
    return table.routes(words[family]!)
  }

  async count(family: FamilyName): Promise<number> {
    return (await this.routes(family)).length
  }

  async command(text: string): Promise<void> {
    await appendFile(join(this.folder, 'commands'), `${text}\n`)
  }

  async shutdown(address: string): Promise<void> {
    await this.command(`neighbor ${address} teardown 2`)
  }

  async refresh(address: string): Promise<void> {
    await this.command(`neighbor ${address} announce route-refresh ipv4 unicast`)
  }

  async withdraw(address: string, route: Origination): Promise<void> {
    await this.command(`neighbor ${address} withdraw route ${routeText(route)}`)
  }

  async endOf(): Promise<string> {
    return this.#child.log + JSON.stringify(this.#heard().filter(({ type }) => type !== 'update'))
  }

  async kill(): Promise<void> {
    await this.#child.kill()
  }

  async restart(): Promise<void> {
    this.#child = this.#spawn()
  }
}

/** It writes what a NOTIFICATION says as it is, control characters included. */
function parsed(line: string): ExaMessage[] {
  try {
    return [JSON.parse(line.replace(/[\x00-\x1f]/g, ' ')) as ExaMessage]
  } catch {
    return []
  }
}

function configuration(options: DaemonOptions, helper: string): string {
  return `process helper {
	run ${helper};
	encoder json;
}
${options.neighbors.map(neighbor => neighborBlock(neighbor, options)).join('')}`
}

function neighborBlock(neighbor: DaemonNeighbor, options: DaemonOptions): string {
  const { as, address, families, routes = [], holdTimeSeconds = 90 } = options
  return `neighbor ${neighbor.address} {
	router-id ${options.routerId ?? address};
	local-address ${address};
	local-as ${as};
	peer-as ${neighbor.as};
	hold-time ${holdTimeSeconds};
	connect ${bgpPort};
	passive ${neighbor.passive === true};
${neighbor.md5Key === undefined ? '' : `	md5-password "${neighbor.md5Key}";\n`}	capability {
		asn4 ${neighbor.twoByteAs === true ? 'disable' : 'enable'};
		route-refresh enable;
		add-path ${neighbor.addPath === true ? 'send/receive' : 'disable'};
		extended-message ${neighbor.extendedMessages === true ? 'enable' : 'disable'};
	}
${neighbor.extendedNextHop === true && families.includes('inet') ? '	nexthop {\n		ipv4 unicast ipv6;\n	}\n' : ''}	family {
${families.map(family => `		${words[family]!};\n`).join('')}	}
	api {
		processes [ helper ];
		neighbor-changes;
		receive { parsed; update; notification; open; }
		send { parsed; notification; }
	}
${announceBlock(routes)}}
`
}

/** Its `announce` sections would send VPN routes as plain ones; `static` looks at what a route has. */
const announceBlock = (routes: readonly Origination[]): string =>
  routes.length === 0
    ? ''
    : `	static {\n${routes.map(route => `\t\troute ${routeText(route)};\n`).join('')}\t}\n`

function routeText(route: Origination): string {
  const { prefix, nextHop, rd, label, med, localPreference, communities, largeCommunities, target } = route
  return [
    prefix,
    ...(rd === undefined ? [] : [`rd ${rd}`]),
    ...(label === undefined ? [] : [`label ${label}`]),
    ...(route.pathId === undefined ? [] : [`path-information 0.0.0.${route.pathId}`]),
    `next-hop ${nextHop}`,
    ...(med === undefined ? [] : [`med ${med}`]),
    ...(localPreference === undefined ? [] : [`local-preference ${localPreference}`]),
    ...(communities === undefined ? [] : [`community [ ${communities.join(' ')} ]`]),
    ...(largeCommunities === undefined ? [] : [`large-community [ ${largeCommunities.join(' ')} ]`]),
    ...(target === undefined ? [] : [`extended-community [ target:${target} ]`])
  ].join(' ')
}
