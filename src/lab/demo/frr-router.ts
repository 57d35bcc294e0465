/** FRR's bgpd, without zebra: it learns and announces, and no route reaches the kernel. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Child, output } from './child.js'
import { sleep } from './narrator.js'
import { type DemoRouter, type DemoRouterOptions, installed } from './router.js'

const bgpdPaths = ['/usr/lib/frr/bgpd', '/usr/libexec/frr/bgpd', '/usr/local/lib/frr/bgpd']
const vtyshPaths = ['/usr/bin/vtysh', '/usr/local/bin/vtysh']

export const isFrrInstalled = (): boolean =>
  installed(...bgpdPaths) !== undefined && installed(...vtyshPaths) !== undefined

const configuration = ({ as, local, node, nodeAs }: DemoRouterOptions): string => `frr defaults traditional
hostname edge
router bgp ${as}
 bgp router-id ${local.address}
 no bgp ebgp-requires-policy
 no bgp network import-check
 neighbor ${node.address} remote-as ${nodeAs}
 neighbor ${node.address} port ${node.port}
 neighbor ${node.address} update-source ${local.address}
 neighbor ${node.address} ebgp-multihop 2
 neighbor ${node.address} timers connect 2
`

interface Summary {
  readonly peers?: Record<string, { readonly state: string } | undefined>
}

interface Table {
  readonly routes?: Record<
    string,
    readonly { readonly peerId?: string; readonly nexthops?: readonly { ip?: string }[] }[]
  >
}

export async function startFrr(options: DemoRouterOptions): Promise<DemoRouter> {
  const { folder, local, as, node } = options
  const bgpd = installed(...bgpdPaths)!
  const vtysh = installed(...vtyshPaths)!
  const file = join(folder, 'bgpd.conf')
  await writeFile(file, configuration(options))
  const child = Child.start(
    bgpd,
    ['--no_zebra', '--no_kernel', '--skip_runas', '--config_file', file]
      .concat([
        '--pid_file',
        join(folder, 'bgpd.pid'),
        '--socket',
        join(folder, 'zserv'),
        '--vty_socket',
        folder
      ])
      .concat([
        '--listenon',
        local.address,
        '--bgp_port',
        String(local.port),
        '--vty_port',
        '0',
        '--log',
        'stdout'
      ]),
    join(folder, 'bgpd.log')
  )
  const show = (...commands: string[]): Promise<string> =>
    output(vtysh, ['--vty_socket', folder, ...commands.flatMap(command => ['-c', command])])
  const version = await firstAnswer(child, () => show('show version'))
  const configure = (line: string): Promise<string> =>
    show('configure terminal', `router bgp ${as}`, 'address-family ipv4 unicast', line)

  return {
    kind: `FRR ${/(\d+(?:\.\d+)+)/.exec(version)?.[1] ?? ''}`.trim(),
    async isEstablished() {
      const { peers } = JSON.parse(await show('show bgp ipv4 unicast summary json')) as Summary
      return peers?.[node.address]?.state === 'Established'
    },
    async routes() {
      const { routes = {} } = JSON.parse(await show('show bgp ipv4 unicast json')) as Table
      const learned = Object.entries(routes).flatMap(([prefix, paths]) => {
        const theirs = paths.filter(({ peerId }) => peerId === node.address)
        const nextHops = theirs.flatMap(({ nexthops = [] }) => nexthops.map(({ ip = '' }) => ip))
        return theirs.length === 0 ? [] : [[prefix, nextHops] as const]
      })
      return new Map(learned)
    },
    announce: async prefix => void (await configure(`network ${prefix}`)),
    withdraw: async prefix => void (await configure(`no network ${prefix}`)),
    async table() {
      const command = 'show bgp ipv4 unicast'
      return { command: `vtysh -c '${command}'`, text: await show(command) }
    },
    stop: () => child.stop()
  }
}

/** bgpd answers after a moment, or never. */
async function firstAnswer(child: Child, ask: () => Promise<string>): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (child.hasExited) throw new Error(`bgpd ended: ${await child.lastWords()}`)
      if (attempt === 50) {
        await child.stop()
        throw error
      }
      await sleep(100)
    }
  }
}
