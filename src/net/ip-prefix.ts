/** A prefix of either version, where both may stand: ranges of neighbours, and who must know a key. */
import { inet4ToBytes, parseInet4Prefix } from './inet.js'
import { parseInet6Prefix } from './inet6.js'
import { printIp } from './ip.js'

export class IpPrefix {
  constructor(
    /** 4 or 16 bytes; past `length` they are 0. */
    readonly bytes: Uint8Array,
    readonly length: number
  ) {}

  /** `address`: 4 or 16 bytes. An address of the other version is not in it. */
  contains(address: Uint8Array): boolean {
    const { bytes, length } = this
    if (address.length !== bytes.length) return false
    const whole = length >> 3
    for (let i = 0; i < whole; i++) if (address[i] !== bytes[i]) return false
    const shift = 8 - (length & 7)
    return shift === 8 || address[whole]! >> shift === bytes[whole]! >> shift
  }

  /** Without the length. */
  get address(): string {
    return printIp(this.bytes)
  }
}

/** `10.0.0.0/8` or `2001:db8::/32`; undefined where it is neither. */
export function parseIpPrefix(text: string): IpPrefix | undefined {
  const inet4 = parseInet4Prefix(text)
  if (inet4 !== undefined) return new IpPrefix(inet4ToBytes(inet4.address), inet4.length)
  const inet6 = parseInet6Prefix(text)
  return inet6 === undefined ? undefined : new IpPrefix(inet6.address, inet6.length)
}
