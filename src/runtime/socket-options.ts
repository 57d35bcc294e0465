/**
 * TCP socket options that Node.js does not expose, set on the descriptor with setsockopt(2). What cannot be set throws;
 * nothing falls back to less.
 */
import { parseIpPrefix } from '../net/ip-prefix.js'
import { withoutZone } from '../net/scoped-ip.js'
import { addressFamily, type Libc, libc, writeSocketAddress } from './libc.js'
import type { SocketOptions } from './transport.js'

/** Linux <sys/socket.h>, <netinet/in.h>, <netinet/tcp.h>. */
const level = { ip: 0, socket: 1, tcp: 6, ipv6: 41 } as const
const option = {
  ipTos: 1,
  ipTtl: 2,
  ipMinimumTtl: 21,
  ipv6UnicastHops: 16,
  ipv6Only: 26,
  ipv6TrafficClass: 67,
  ipv6MinimumHopCount: 73,
  reuseAddress: 2,
  tcpMaximumSegment: 2,
  tcpSaveSyn: 27,
  tcpMd5: 14,
  tcpMd5Extended: 32
} as const

/** struct tcp_md5sig: sockaddr_storage (128), flags, prefix length, key length (u16), ifindex (u32), key (80). */
const md5Bytes = 216
const md5KeyBytes = 80
const md5FlagPrefix = 1

/** Options that need `setsockopt`; the others are in Node.js. */
export function needsDescriptor(options: SocketOptions): boolean {
  const { md5Key, minimumTtl, ttl, dscp, noteTtl, maximumSegmentSize } = options
  return [md5Key, minimumTtl, ttl, dscp, noteTtl, maximumSegmentSize].some(value => value !== undefined)
}

/** All but the key. `isIpv6` is the socket's family; such a socket may carry IPv4. */
export function setSocketOptions(fd: number, isIpv6: boolean, options: SocketOptions): void {
  const { minimumTtl, dscp, noteTtl, maximumSegmentSize } = options
  // RFC 5082 §3: GTSM peers send 255. A minimum of 0 ends it.
  const ttl = minimumTtl === undefined || minimumTtl === 0 ? options.ttl : 255
  const set = (what: string, ip: number, ipv6: number, value: number | undefined): void => {
    if (value === undefined) return
    setNumber(fd, what, level.ip, ip, value)
    if (isIpv6) setNumber(fd, what, level.ipv6, ipv6, value)
  }
  set('TTL', option.ipTtl, option.ipv6UnicastHops, ttl)
  set('minimum TTL', option.ipMinimumTtl, option.ipv6MinimumHopCount, minimumTtl)
  set('DSCP', option.ipTos, option.ipv6TrafficClass, dscp === undefined ? undefined : dscp << 2)
  if (noteTtl !== undefined) setNumber(fd, 'note of SYNs', level.tcp, option.tcpSaveSyn, noteTtl ? 1 : 0)
  if (maximumSegmentSize !== undefined) {
    setNumber(fd, 'maximum segment size', level.tcp, option.tcpMaximumSegment, maximumSegmentSize)
  }
}

/** The TCP MD5 key (RFC 2385) for a peer's address, for a prefix, or for everyone; `undefined` removes it. */
export function setMd5Key(fd: number, isIpv6: boolean, peer: string | 'any', key: string | undefined): void {
  const prefix = parseIpPrefix(peer)
  if (prefix !== undefined) {
    setKeyFor(fd, isIpv6, prefix.address, key, prefix.length)
  } else if (peer !== 'any') {
    setKeyFor(fd, isIpv6, withoutZone(peer), key, undefined)
  } else {
    if (isIpv6) setKeyFor(fd, true, '::', key, 0)
    setKeyFor(fd, isIpv6, '0.0.0.0', key, 0)
  }
}

/**
 * A bound socket that does not listen yet, so that options are there before the first connection is.
 * No address: all of them, IPv4 too.
 */
export function openBoundSocket(address: string | undefined, port: number): { fd: number; isIpv6: boolean } {
  const system = libc()
  const stream = 1 | 0o2000000 | 0o4000 // SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK
  const isIpv4 = address !== undefined && !address.includes(':')
  let isIpv6 = !isIpv4
  let fd = isIpv6 ? system.socket(addressFamily.inet6, stream, 0) : -1
  if (fd < 0 && (isIpv4 || address === undefined)) {
    isIpv6 = false
    fd = system.socket(addressFamily.inet, stream, 0)
  }
  if (fd < 0) throw failure('cannot open a socket', system)
  try {
    setNumber(fd, 'reuse of addresses', level.socket, option.reuseAddress, 1)
    if (isIpv6) setNumber(fd, 'family', level.ipv6, option.ipv6Only, address === undefined ? 0 : 1)
    const socketAddress = Buffer.alloc(28)
    const bytes = writeSocketAddress(socketAddress, isIpv6, address ?? (isIpv6 ? '::' : '0.0.0.0'), port)
    if (system.bind(fd, socketAddress, bytes) !== 0) {
      throw failure(`cannot bind ${address ?? 'all addresses'}, port ${port}`, system)
    }
    return { fd, isIpv6 }
  } catch (error) {
    system.close(fd)
    throw error
  }
}

export function closeDescriptor(fd: number): void {
  libc().close(fd)
}

function setKeyFor(
  fd: number,
  isIpv6: boolean,
  address: string,
  key: string | undefined,
  prefixLength: number | undefined
): void {
  const bytes = Buffer.from(key ?? '', 'utf8')
  if (key !== undefined && (bytes.length === 0 || bytes.length > md5KeyBytes)) {
    throw new RangeError(`a TCP MD5 key has 1 to ${md5KeyBytes} bytes, not ${bytes.length}`)
  }
  const value = Buffer.alloc(md5Bytes)
  writeSocketAddress(value, isIpv6, address, 0)
  if (prefixLength !== undefined) {
    // Of an IPv4 prefix in an IPv6 structure too, the length is that of IPv4 (tcp_v6_parse_md5_keys).
    value[128] = md5FlagPrefix
    value[129] = prefixLength
  }
  value.writeUInt16LE(bytes.length, 130)
  bytes.copy(value, 136)
  const system = libc()
  const name = prefixLength === undefined ? option.tcpMd5 : option.tcpMd5Extended
  const isSet = system.setsockopt(fd, level.tcp, name, value, value.length) === 0
  if (!isSet && !(key === undefined && system.errorName() === 'ENOENT')) {
    throw failure('cannot set the TCP MD5 key of a socket', system)
  }
}

function setNumber(fd: number, what: string, inLevel: number, name: number, number: number): void {
  const value = Buffer.alloc(4)
  value.writeInt32LE(number)
  const system = libc()
  if (system.setsockopt(fd, inLevel, name, value, value.length) === 0) return
  throw failure(`cannot set the ${what} of a socket to ${number}`, system)
}

function failure(what: string, system: Libc): Error {
  const code = system.errorName()
  return Object.assign(new Error(`${what}: ${code}`), { code })
}
