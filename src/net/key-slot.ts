import { parseIpPrefix } from './ip-prefix.js'
import { withoutZone } from './scoped-ip.js'

/**
 * For whom Linux keeps one TCP MD5 key: the bytes of an address, or a prefix, and no interface. `fe80::1%eth0` is
 * `fe80::1`, `10.0.0.9/8` is `10.0.0.0/8`, and a prefix of one address is that address.
 */
export function keySlot(peer: string): string {
  const prefix = parseIpPrefix(peer)
  if (prefix === undefined) return withoutZone(peer)
  const { address, bytes, length } = prefix
  return length === bytes.length * 8 ? address : `${address}/${length}`
}
