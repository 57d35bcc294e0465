/** The route distinguisher under which a path of an instance stands in the VPN table (spec routing 2.7). */
import type { AttributeSet } from '../bgp/rib/attribute-set.js'
import type { Source } from '../bgp/rib/source.js'
import { findInternal, valueStart } from '../bgp/wire/attributes.js'
import { InternalCode } from '../bgp/wire/canonical.js'
import type { FamilyName } from '../bgp/wire/family.js'
import { parseInet4 } from '../net/inet.js'
import { isZeroRd, rdLength, rdOfAddress, rdOfLongAs } from '../net/rd.js'

/** The port that a BGP-as-a-service client connects from; 0 when unknown. */
export type ClientPort = (source: Source) => number

/** Of a BGP-as-a-service client: its address for IPv4, its AS and port for IPv6. It overrides what the path says. */
export function clientRd(source: Source, family: FamilyName, clientPort: ClientPort): Uint8Array | undefined {
  if (family === 'inet6') return rdOfLongAs(source.as, clientPort(source))
  const address = parseInet4(source.address)
  return address === undefined ? undefined : rdOfAddress(address, 0)
}

/** What the path brought with it; undefined when that is nothing. */
export function sourceRdOf({ bytes }: AttributeSet): Uint8Array | undefined {
  const at = findInternal(bytes, 0, bytes.length, InternalCode.sourceRd)
  if (at < 0) return undefined
  const start = valueStart(bytes, at)
  return isZeroRd(bytes, start) ? undefined : bytes.slice(start, start + rdLength)
}
