/**
 * What a change of the configuration does to each neighbour, before it is made (spec bgp 16.2, T-PEER-6). It is made
 * of the functions by which neighbours take up their settings, so that it cannot differ from what happens; what
 * depends on a session that is up (what was agreed on, whether a limit was exceeded) is not known here.
 */
import { isDeepStrictEqual } from 'node:util'
import type { DynamicNeighbours } from '../../config/dynamic-neighbours.js'
import type { NeighbourConfig } from '../../config/neighbour-config.js'
import { noNeighbourOptions } from '../../config/neighbour-options.js'
import type { GlobalSettings, InstanceSettings, PeerSettings } from '../../config/settings.js'
import { type ForcedTimers, resetsBetween, type SessionSettings } from '../session/settings.js'
import { membershipOf, withConfederation } from './confederation.js'
import { type Departures, withDeparture } from './departures.js'
import { dynamicPeer, NeighbourRanges, rangeAddress } from './dynamic-neighbours.js'
import { fabricAddress, neighbourAddresses } from './fabric-addresses.js'
import { type PeerPolicy, receiveSettings, routesAgain } from './peer-policy.js'
import { nodePolicy, peerPolicy, sessionSettings } from './peer-settings.js'
import { isTenant } from './tenants.js'

/** All that neighbours are made of. */
export interface Outlook {
  readonly globals: GlobalSettings
  /** By name. */
  readonly peers: ReadonlyMap<string, PeerSettings>
  /** By name; the master need not be among them. */
  readonly instances: ReadonlyMap<string, InstanceSettings>
  readonly config: NeighbourConfig
  /** Of a node that runs: addresses of the dynamic neighbours that are there. */
  readonly dynamic?: readonly string[]
  /** Before whatever the graph and the file say. */
  readonly forcedTimers?: ForcedTimers
  /** Whom operators have said to be about to go, or that the node is. */
  readonly departures?: Pick<Departures, 'node' | 'has'>
}

/**
 * comes: a new neighbour. goes: it is removed (Cease 3). opens, closes: it is no longer, or from now on,
 * administratively down (Cease 2). reset: the session ends with Cease 6 and comes back. refresh: it is asked for its
 * routes again where it can be; refresh-or-reset: and reset where it cannot. live: all else, at once.
 */
export type PlannedEffect =
  | 'comes'
  | 'goes'
  | 'opens'
  | 'closes'
  | 'reset'
  | 'refresh-or-reset'
  | 'refresh'
  | 'live'

export interface PlannedChange {
  /** Of the neighbour, or `dynamic:` and a range: that is then of the neighbours in it. */
  readonly name: string
  readonly address: string
  readonly effect: PlannedEffect
  /** The settings that differ. */
  readonly why: readonly string[]
}

/** In order of name; neighbours to which nothing happens are left out. */
export function planChange(before: Outlook, after: Outlook): PlannedChange[] {
  const [was, is] = [livesOf(before), livesOf(after)]
  const names = [...new Set([...was.keys(), ...is.keys()])].sort()
  const portsMove = !isDeepStrictEqual(before.globals.bgpaasPorts, after.globals.bgpaasPorts)
  return names.flatMap(name => {
    const [old, young] = [was.get(name), is.get(name)]
    const address = (young ?? old)!.settings.address ?? ''
    const planned = (effect: PlannedEffect, why: readonly string[] = []) => [{ name, address, effect, why }]
    if (old === undefined) return planned('comes')
    if (young === undefined) return planned('goes')
    const [effect, why] = between(old, young, portsMove, after.instances)
    return effect === undefined ? [] : planned(effect, why)
  })
}

/** What a neighbour is given. */
interface Life {
  readonly settings: PeerSettings
  readonly session: SessionSettings
  readonly policy: PeerPolicy
}

/** Without an own bgp-router there are no neighbours. */
function livesOf({
  globals,
  peers,
  config,
  dynamic = [],
  forcedTimers,
  departures
}: Outlook): Map<string, Life> {
  const lives = new Map<string, Life>()
  const { self } = globals
  if (self === undefined) return lives
  const ofNode = withDeparture(nodePolicy(config), departures?.node)
  const membership = membershipOf(ofNode.confederation, self)
  const add = (
    ordinary: PeerSettings,
    ofIt = noNeighbourOptions,
    peerAs?: SessionSettings['peerAs']
  ): void => {
    const { name } = ordinary
    const options = withDeparture(ofIt, departures?.has(name))
    const settings = withConfederation(ordinary, options, membership, self)
    const session = {
      ...sessionSettings(settings, options, globals, 0, ofNode),
      ...(peerAs !== undefined && { peerAs }),
      ...forcedTimers
    }
    lives.set(name, { settings, session, policy: peerPolicy(settings, options, globals, ofNode) })
  }
  const addresses = neighbourAddresses(peers.values())
  for (const settings of peers.values()) add(settings, config.neighbours.get(fabricAddress(settings) ?? ''))
  const ranges = new NeighbourRanges(config.dynamicNeighbours)
  const addFrom = (neighbours: DynamicNeighbours, address: string): void =>
    add(dynamicPeer(neighbours, address, self), neighbours.options, neighbours.peerAs)
  for (const { range } of config.dynamicNeighbours) {
    const neighbours = ranges.find(rangeAddress(range))
    if (neighbours?.range === range) addFrom(neighbours, range)
  }
  for (const address of dynamic) {
    const neighbours = ranges.find(address)
    // A neighbour of the graph takes its address.
    if (neighbours !== undefined && !addresses.has(address)) addFrom(neighbours, address)
  }
  return lives
}

function between(
  old: Life,
  young: Life,
  portsMove: boolean,
  instances: Outlook['instances']
): [effect: PlannedEffect | undefined, why: readonly string[]] {
  if (old.settings.instance !== young.settings.instance) return ['reset', ['instance']]
  if (old.session.adminDown !== young.session.adminDown)
    return [young.session.adminDown ? 'closes' : 'opens', []]
  const isDown = young.session.adminDown
  const resets: string[] = resetsBetween(old.session, young.session)
  if (isTenant(young.settings)) {
    if (portsMove || old.settings.sourcePort !== young.settings.sourcePort) resets.push('port')
    if (!instances.has(young.settings.instance)) resets.push('instance')
    if (old.settings.shared !== young.settings.shared) resets.push('shared')
  }
  if (resets.length > 0) return [isDown ? 'live' : 'reset', resets]
  // Another list of members that does not reset a session does nothing to it.
  const ofSession = differences(old.session, young.session).filter(name => name !== 'members')
  const differing = [...ofSession, ...differences(old.policy, young.policy)]
  if (differing.length === 0) return [undefined, []]
  if (isDown) return ['live', differing]
  const again = routesAgain(receptionOf(old), receptionOf(young))
  return [again === 'no' ? 'live' : again === 'useful' ? 'refresh' : 'refresh-or-reset', differing]
}

const receptionOf = ({ policy }: Life) => ({
  receive: receiveSettings(policy, undefined),
  decode: policy.decode
})

/** Of `receive` and `decode` the members. */
function differences(before: object, after: object): string[] {
  const [old, young] = [before, after] as Readonly<Record<string, unknown>>[]
  return Object.keys({ ...old, ...young })
    .filter(name => !isDeepStrictEqual(old![name], young![name]))
    .flatMap(name =>
      name === 'receive' || name === 'decode'
        ? differences(old![name] as object, young![name] as object)
        : [name]
    )
}
