import type { BgpPeer } from '../../bgp/peer/bgp-peer.js'
import { type ClearRequest, clearPeer, planClear } from '../../bgp/peer/clear.js'
import { families, familyNamed } from '../../bgp/wire/families.js'
import type { NodeConfig } from '../../config/node-config.js'
import type { ControlNode } from '../../control-node.js'
import { type BadProposal, dryRun, type NodeChanges, type Proposal } from '../../dry-run/node-dry-run.js'
import type { Cleared, ClearOrder, GracefulShutdownOrder, NodeOperations, Refused } from '../operations.js'
import { byName, familyName, shortName } from './names.js'
import { neighborsIn } from './neighbor-group.js'

/** `running`: the node's own file, in so far as it is in force. */
export const nodeOperations = (node: ControlNode, running: () => NodeConfig): NodeOperations =>
  new Operations(node, running)

class Operations implements NodeOperations {
  /** Names of neighbours that are still to be cleared. */
  #queue: string[] = []

  constructor(
    private readonly node: ControlNode,
    private readonly running: () => NodeConfig
  ) {}

  async checkConfig(proposal: Proposal): Promise<NodeChanges | BadProposal | Refused> {
    if (!this.node.config.endOfConfig)
      return { refused: 'busy', why: 'the node is still reading its own configuration' }
    return dryRun(this.node, this.running(), proposal)
  }

  clear(order: ClearOrder): Cleared | Refused {
    const { kind, family: name, text, dryRun, operator, of } = order
    const family = name === '' ? undefined : familyNamed(name)
    if (name !== '' && family === undefined) {
      const known = families.map(familyName).join(', ')
      return { refused: 'invalid', why: `family: ${name} is none of ${known}` }
    }
    if (kind === 'hard' && family !== undefined)
      return { refused: 'invalid', why: 'family: a hard clear ends the session, with all its families' }
    if (text !== '' && kind !== 'hard')
      return { refused: 'invalid', why: 'text: only a hard clear tells the neighbor something' }
    const peers = typeof of === 'string' ? this.#named(of) : neighborsIn(this.node, of)
    if ('refused' in peers) return peers
    if (this.#queue.length > 0 && !dryRun)
      return {
        refused: 'busy',
        why: `a clear is under way: ${this.#queue.length} neighbors are still to come`
      }
    const request: ClearRequest = { kind, family, text }
    const plans = peers.map(peer => ({ peer, plan: planClear(peer, request) }))
    const concerned = plans.filter(({ plan }) => plan.acts).map(({ peer }) => peer.name)
    if (!dryRun) {
      const fields = { operator, clear: kind, family: family?.name, neighbors: concerned.length, text }
      this.node.options.log.warn(fields, `an operator clears ${printed(of)}`)
      this.#queue = concerned
      this.#next(request, 1000 / order.perSecond)
    }
    return {
      neighbors: plans.map(({ peer, plan }) => ({
        neighbor: `${peer.instance}:${shortName(peer.name, peer.instance)}`,
        address: this.node.peers.settingsOf(peer.name)?.address ?? '',
        ...plan
      }))
    }
  }

  gracefulShutdown({ of, on, operator }: GracefulShutdownOrder): { readonly what: string } | Refused {
    const found = of === 'node' ? undefined : this.#named(of.neighbor)
    if (found !== undefined && 'refused' in found) return found
    const peer = found?.[0]
    const whom = peer === undefined ? 'the node' : shortName(peer.name, peer.instance)
    const { peers, options } = this.node
    if (!on && peers.isLeavingByFile(peer?.name))
      return {
        refused: 'busy',
        why: `the file of the node has graceful_shutdown for ${whom}: take it out there`
      }
    options.log.warn({ operator, of: whom, on }, 'an operator orders a graceful shutdown, or ends it')
    peers.setLeaving(peer?.name, on)
    return {
      what: on
        ? `routes of ${whom} are told to be avoided (RFC 8326), until this is taken back or the node ends`
        : `routes of ${whom} are told as usual`
    }
  }

  #named(wanted: string): BgpPeer[] | Refused {
    const all = [...this.node.peers].sort(byName)
    const exact = all.filter(({ name, instance }) => {
      const short = shortName(name, instance)
      return name === wanted || short === wanted || `${instance}:${short}` === wanted
    })
    if (exact.length > 0) return exact.slice(0, 1)
    const at = all.find(({ name }) => this.node.peers.settingsOf(name)?.address === wanted)
    return at === undefined ? { refused: 'missing', why: `no such neighbor: ${wanted}` } : [at]
  }

  /** One at a time, so that the sessions do not all come back in one moment. */
  #next(request: ClearRequest, pauseMs: number): void {
    const name = this.#queue.shift()
    const peer = name === undefined ? undefined : this.node.peers.get(name)
    try {
      if (peer !== undefined) clearPeer(peer, request)
    } catch (error) {
      // A defect of ours. Those that wait come all the same, or every later clear would be refused as busy.
      this.node.options.log.warn({ neighbor: name, error }, 'a neighbor could not be cleared')
    }
    if (this.#queue.length > 0) this.node.options.scheduler.after(pauseMs, () => this.#next(request, pauseMs))
  }
}

/** `edge`, `all neighbours`, `all neighbours: peerAs 65001`. */
function printed(of: ClearOrder['of']): string {
  if (typeof of === 'string') return of
  const said = Object.entries(of).map(([name, value]) => `${name} ${value}`)
  return said.length === 0 ? 'all neighbours' : `all neighbours: ${said.join(', ')}`
}
