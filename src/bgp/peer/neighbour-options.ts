import type { NeighbourOptions, RoleName } from '../../config/neighbour-options.js'
import type { SessionSettings } from '../session/settings.js'
import { Role } from '../wire/capabilities.js'

const roles: Record<RoleName, Role> = {
  provider: Role.provider,
  rs: Role.routeServer,
  'rs-client': Role.routeServerClient,
  customer: Role.customer,
  peer: Role.peer
}

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
      ...(addPath !== 'none' && { addPath: families.map(family => ({ ...family, send, receive })) }),
      ...(extendedMessages && { extendedMessage: true }),
      ...(extendedNextHop && {
        extendedNextHop: families
          .filter(({ afi }) => afi === inetAfi)
          .map(family => ({ ...family, nextHopAfi: inet6Afi }))
      })
    }
  }
}
