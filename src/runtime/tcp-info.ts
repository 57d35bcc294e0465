/** What the system knows of a TCP connection: getsockopt(2) with TCP_INFO, struct tcp_info of <linux/tcp.h>. */
import { libc, libcUnavailable } from './libc.js'

export interface TcpInfo {
  /** Smoothed round-trip time and its variation, in microseconds. */
  readonly rttMicroseconds: number
  readonly rttVariationMicroseconds: number
  /** The retransmission timeout, in microseconds. */
  readonly retransmitTimeoutMicroseconds: number
  /** Segments sent again since the connection is there, and those that are under way again now. */
  readonly retransmits: number
  readonly retransmitsUnderWay: number
  /** The congestion window and what has not been acknowledged, in segments. */
  readonly congestionWindow: number
  readonly unacknowledged: number
  /** Of what is sent, in bytes. */
  readonly maximumSegmentSize: number
}

const levelTcp = 6
const tcpInfo = 11
/** Offsets of 32-bit members; they are the same since Linux 2.6. */
const member = {
  rto: 8,
  sndMss: 16,
  unacked: 24,
  retrans: 36,
  rtt: 68,
  rttvar: 72,
  sndCwnd: 80,
  totalRetrans: 100
} as const
const neededBytes = 104

/** Undefined: the system does not say, or there is no such socket. */
export function readTcpInfo(fd: number): TcpInfo | undefined {
  if (fd < 0 || libcUnavailable() !== undefined) return undefined
  const value = Buffer.alloc(neededBytes)
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value.length)
  if (libc().getsockopt(fd, levelTcp, tcpInfo, value, bytes) !== 0) return undefined
  if (bytes.readUInt32LE() < neededBytes) return undefined
  const at = (offset: number): number => value.readUInt32LE(offset)
  return {
    rttMicroseconds: at(member.rtt),
    rttVariationMicroseconds: at(member.rttvar),
    retransmitTimeoutMicroseconds: at(member.rto),
    retransmits: at(member.totalRetrans),
    retransmitsUnderWay: at(member.retrans),
    congestionWindow: at(member.sndCwnd),
    unacknowledged: at(member.unacked),
    maximumSegmentSize: at(member.sndMss)
  }
}
