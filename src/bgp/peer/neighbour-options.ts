import type { NeighbourOptions, RoleName } from '../../config/neighbour-options.js'
import type { SessionSettings } from '../session/settings.js'
import { Role } from '../wire/capabilities.js'
import type { PeerPolicy } from './peer-policy.js'

const roles: Record<RoleName, Role> = {
  provider: Role.provider,
  rs: Role.routeServer,
  'rs-client': Role.routeServerClient,
  customer: Role.customer,
  peer: Role.peer
}

/** Of what no OPEN says, the options' part. */
export function policyWithOptions(policy: PeerPolicy, options: NeighbourOptions): PeerPolicy {
  return { ...policy, reflectorClient: options.routeReflectorClient }
}

/** Several paths mean nothing where a route says who wants what, or is a part of a tree (spec bgp 19.1). */
const onePathFamilies: ReadonlySet<string> = new Set(['route-target', 'erm-vpn', 'mvpn', 'mvpn6'])
const inetAfi = 1
const inet6Afi = 2

/** The OPEN of a session with what the options add to it. */
export function withOptions(session: SessionSettings, options: NeighbourOptions): SessionSettings {
  const { role, addPath, extendedMessages, extendedNextHop } = options
  const families = session.families.map(({ afi, safi }) => ({ afi, safi }))
  const send = addPath === 'send' || addPath === 'both'
  const receive = addPath === 'receive' || addPath === 'both'
  return {
    ...session,
    capabilities: {
      ...session.capabilities,
      ...(role !== undefined && { role: roles[role] }),
      ...(addPath !== 'none' && {
        addPath: session.families
          .filter(({ name }) => !onePathFamilies.has(name))
          .map(({ afi, safi }) => ({ afi, safi, send, receive }))
      }),
      ...(extendedMessages && { extendedMessage: true }),
      ...(extendedNextHop && {
        extendedNextHop: families
          .filter(({ afi }) => afi === inetAfi)
          .map(family => ({ ...family, nextHopAfi: inet6Afi }))
      })
    }
  }
}
