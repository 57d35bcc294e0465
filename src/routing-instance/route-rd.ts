/** The route distinguisher under which a path of an instance stands in the VPN table (spec routing 2.7). */
import type { Source } from '../bgp/rib/source.js'
import type { FamilyName } from '../bgp/wire/family.js'
import { parseInet4 } from '../net/inet.js'
import { rdOfAddress, rdOfLongAs } from '../net/rd.js'

/** The port that a BGP-as-a-service client connects from; 0 when unknown. */
export type ClientPort = (source: Source) => number

/** Of a BGP-as-a-service client: its address for IPv4, its AS and port for IPv6. It overrides what the path says. */
export function clientRd(source: Source, family: FamilyName, clientPort: ClientPort): Uint8Array | undefined {
  if (family === 'inet6') return rdOfLongAs(source.as, clientPort(source))
  const address = parseInet4(source.address)
  return address === undefined ? undefined : rdOfAddress(address, 0)
}
