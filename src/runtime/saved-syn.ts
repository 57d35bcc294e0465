/**
 * From how far a caller's SYN came: Linux keeps it for the listener that asks (TCP_SAVE_SYN), so that the hop count of a
 * caller is known before a byte of it is read. setsockopt(2) can set the least TTL of an accepted connection only after
 * the handshake, which anybody may have made.
 */
import { libc, libcUnavailable } from './libc.js'

/** Linux <netinet/tcp.h>. */
const levelTcp = 6
const tcpSavedSyn = 28
/**
 * What is kept is all from the IP header to the end of the TCP header, IPv6 extension headers too, which a caller may make
 * as long as the link bears: a whole chain of those that are seen on the way has room. The system does not tell of more.
 */
const mostBytes = 4096
const syn = Buffer.alloc(mostBytes)
/** Both stand in the fixed part of the header, before options and extension headers (RFC 791 §3.1, RFC 8200 §3). */
const ipv4TtlAt = 8
const ipv6HopLimitAt = 7
const ipv6HeaderBytes = 40

/**
 * TTL or hop limit of the SYN that an accepted connection began with; the system tells it once. Undefined: the listener
 * did not ask for it when the call came, or the system does not know it: it was answered with a SYN cookie, or is longer
 * than what is read here.
 */
export function readSynTtl(fd: number): number | undefined {
  if (fd < 0 || libcUnavailable() !== undefined) return undefined
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(syn.length)
  if (libc().getsockopt(fd, levelTcp, tcpSavedSyn, syn, bytes) !== 0) return undefined
  const length = bytes.readUInt32LE()
  const version = syn[0]! >> 4
  if (version === 4 && length > ipv4TtlAt) return syn[ipv4TtlAt]
  if (version === 6 && length >= ipv6HeaderBytes) return syn[ipv6HopLimitAt]
  return undefined
}
