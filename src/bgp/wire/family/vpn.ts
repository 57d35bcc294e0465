/**
 * Keys of both VPN families: a route distinguisher (8 bytes) in front of the key of the plain family. So a VPN
 * route and its copy in a VRF share bytes, and one is had from the other without reading the address.
 */
import { parseRd, printRd, rdLength } from '../../../net/rd.js'

/** `prefixKey` is a key of `inet` or `inet6`, which ends up in `inet-vpn` or `inet6-vpn`. */
export function vpnKey(rd: Uint8Array, prefixKey: Uint8Array): Uint8Array {
  const key = new Uint8Array(rdLength + prefixKey.length)
  key.set(rd)
  key.set(prefixKey, rdLength)
  return key
}

/** The RD of the key that starts at `start`: a view, not a copy. */
export function vpnRdOf(key: Uint8Array, start = 0): Uint8Array {
  return key.subarray(start, start + rdLength)
}

/** The `inet` key in an `inet-vpn` key: a view, not a copy. */
export function vpnToInetKey(key: Uint8Array, start = 0, end = key.length): Uint8Array {
  return key.subarray(start + rdLength, end)
}

/** The `inet6` key in an `inet6-vpn` key: a view, not a copy. */
export function vpnToInet6Key(key: Uint8Array, start = 0, end = key.length): Uint8Array {
  return key.subarray(start + rdLength, end)
}

/** `<rd>:<prefix>`, e.g. `10.20.0.7:4:10.1.1.0/24`. */
export function printVpnKey(
  key: Uint8Array,
  start: number,
  printPrefix: (key: Uint8Array, start: number) => string
): string {
  return `${printRd(key, start)}:${printPrefix(key, start + rdLength)}`
}

/** An RD has one colon, or none when it is of an unknown type; all behind it is the prefix. */
export function parseVpnKey(
  text: string,
  parsePrefix: (text: string) => Uint8Array | undefined
): Uint8Array | undefined {
  const first = text.indexOf(':')
  const split = first === 2 * rdLength ? first : text.indexOf(':', first + 1)
  if (first < 0 || split < 0) return undefined
  const rd = parseRd(text.slice(0, split))
  const prefix = rd && parsePrefix(text.slice(split + 1))
  return rd && prefix && vpnKey(rd, prefix)
}
