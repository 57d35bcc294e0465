/** `weft config check FILE`: everything that is wrong with a node's configuration, without starting the node. */
import { ownRouterName } from '../config/globals.js'
import { child, neighbourAddress } from '../config/members.js'
import { type NodeConfig, parseNodeConfig } from '../config/node-config.js'
import type { ConfigProblem } from '../config-store/config-store.js'
import { FilesStore } from '../config-store/files-store.js'
import { wholeFile } from '../config-store/problem-list.js'
import { readTextFile } from '../config-store/text-file.js'
import type { ConfigObject } from '../ifmap/config-object.js'
import type { Scheduler } from '../runtime/scheduler.js'

export interface ConfigCheck {
  /** Undefined: the node's own file is wrong, and the store was not looked at. */
  readonly config: NodeConfig | undefined
  /** Those that would be in force, those that need not be written included. */
  readonly objects: readonly ConfigObject[]
  /** The node's file first, then the store's in order of file and line. */
  readonly problems: readonly ConfigProblem[]
  /** No problem is an error. */
  readonly isGood: boolean
}

/** Never rejects: a file that cannot be read is a problem. The scheduler serves no purpose but to make the store. */
export async function checkConfig(file: string, scheduler: Scheduler): Promise<ConfigCheck> {
  let text: string
  try {
    text = await readTextFile(file)
  } catch (error) {
    const reason = `cannot be read: ${error instanceof Error ? error.message : String(error)}`
    return result(undefined, [], [wholeFile(file, reason)])
  }
  const { config, problems } = parseNodeConfig(file, text)
  if (config === undefined) return result(undefined, [], problems)
  const store = new FilesStore({ folder: config.store.path, scheduler })
  await store.reload()
  const objects = [...store.objects]
  const found = [...store.problems]
  const own = ownRouterName(config.hostname)
  if (!objects.some(object => object.type === 'bgp-router' && object.name === own)) {
    const reason = `the store has no bgp_router '${own}': the node will neither listen for BGP nor accept agents`
    found.unshift(wholeFile(file, reason, 'warning'))
  }
  found.push(...unmatchedOptions(file, config, objects))
  return result(config, objects, found)
}

/** Options by an address that no bgp-router has are of nobody. */
function unmatchedOptions(
  file: string,
  { bgp }: NodeConfig,
  objects: readonly ConfigObject[]
): ConfigProblem[] {
  const addresses = new Set(
    objects
      .filter(({ type }) => type === 'bgp-router')
      .map(({ properties }) => neighbourAddress(child(properties, 'bgp_router_parameters'), 'address'))
  )
  return [...bgp.neighbours.keys()]
    .filter(named => !addresses.has(named))
    .map(named => ({
      ...wholeFile(file, `no bgp_router has the address ${named}: its options are of nobody`, 'warning'),
      path: 'bgp.neighbours'
    }))
}

function result(
  config: NodeConfig | undefined,
  objects: readonly ConfigObject[],
  problems: readonly ConfigProblem[]
): ConfigCheck {
  return { config, objects, problems, isGood: problems.every(problem => problem.severity !== 'error') }
}
