/** GoBGP: gobgpd, asked and told through gobgp. */
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Child, output } from './child.js'
import { sleep } from './narrator.js'
import { type DemoRouter, type DemoRouterOptions, installed } from './router.js'

const gobgpdPaths = ['/usr/bin/gobgpd', '/usr/local/bin/gobgpd', '/usr/sbin/gobgpd']
const gobgpPaths = ['/usr/bin/gobgp', '/usr/local/bin/gobgp']

export const isGobgpInstalled = (): boolean =>
  installed(...gobgpdPaths) !== undefined && installed(...gobgpPaths) !== undefined

const configuration = ({ as, local, node, nodeAs }: DemoRouterOptions): string => `[global.config]
  as = ${as}
  router-id = "${local.address}"
  port = ${local.port}
  local-address-list = ["${local.address}"]
[[neighbors]]
  [neighbors.config]
    neighbor-address = "${node.address}"
    peer-as = ${nodeAs}
  [neighbors.transport.config]
    local-address = "${local.address}"
    remote-port = ${node.port}
  [neighbors.ebgp-multihop.config]
    enabled = true
    multihop-ttl = 2
  [neighbors.timers.config]
    connect-retry = 5
`

type Rib = Record<string, readonly { readonly 'source-id'?: string; readonly attrs?: readonly Attribute[] }[]>
interface Attribute {
  readonly type: number
  readonly nexthop?: string
}
interface Neighbor {
  readonly state?: { readonly session_state?: number; readonly 'session-state'?: string | number }
}

/** Session state "established" in GoBGP's API. */
const established = 6

export async function startGobgp(options: DemoRouterOptions): Promise<DemoRouter> {
  const { folder, local } = options
  const gobgp = installed(...gobgpPaths)!
  const file = join(folder, 'gobgpd.conf')
  await writeFile(file, configuration(options))
  const api = await freePort(local.address)
  const child = Child.start(
    installed(...gobgpdPaths)!,
    ['--config-file', file, '--api-hosts', `${local.address}:${api}`],
    join(folder, 'gobgpd.log')
  )
  const ask = (...words: string[]): Promise<string> =>
    output(gobgp, ['-u', local.address, '-p', String(api), ...words])
  for (let attempt = 0; ; attempt++) {
    try {
      await ask('global')
      break
    } catch (error) {
      if (child.hasExited) throw new Error(`gobgpd ended: ${await child.lastWords()}`)
      if (attempt === 50) {
        await child.stop()
        throw error
      }
      await sleep(100)
    }
  }
  const version = /(\d+(?:\.\d+)+)/.exec(await output(installed(...gobgpdPaths)!, ['--version']))?.[1] ?? ''

  return {
    kind: `GoBGP ${version}`.trim(),
    async isEstablished() {
      const neighbors = JSON.parse(await ask('neighbor', '-j')) as readonly Neighbor[]
      return neighbors.some(({ state }) =>
        [state?.session_state, state?.['session-state']].includes(established)
      )
    },
    async routes() {
      const rib = JSON.parse((await ask('global', 'rib', '-j')).trim() || '{}') as Rib
      const learned = Object.entries(rib).flatMap(([prefix, paths]) => {
        const nextHops = paths.flatMap(({ attrs = [] }) =>
          attrs.flatMap(({ type, nexthop }) => (type === 3 && nexthop) || [])
        )
        const theirs = nextHops.filter(nextHop => nextHop !== local.address) // others are its own
        return theirs.length === 0 ? [] : [[prefix, theirs] as const]
      })
      return new Map(learned)
    },
    announce: async prefix => void (await ask('global', 'rib', 'add', prefix, 'nexthop', local.address)),
    withdraw: async prefix => void (await ask('global', 'rib', 'del', prefix)),
    table: async () => ({ command: 'gobgp global rib', text: await ask('global', 'rib') }),
    stop: () => child.stop()
  }
}

const freePort = (address: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, address, () => {
      const bound = server.address()
      server.close(() => resolve(typeof bound === 'object' && bound !== null ? bound.port : 0))
    })
  })
