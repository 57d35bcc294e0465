/** BMP messages (RFC 7854 §4, RFC 9069 for loc-RIB): pure functions from values to bytes. */
import { bytesOf } from '../net/scoped-ip.js'

export const BmpType = {
  routeMonitoring: 0,
  statistics: 1,
  peerDown: 2,
  peerUp: 3,
  initiation: 4,
  termination: 5
} as const

/** RFC 7854 §4.2, RFC 9069 §4.1. */
export const PeerType = { global: 0, rdInstance: 1, locRib: 3 } as const
export const PeerFlag = { ipv6: 0x80, postPolicy: 0x40, twoByteAs: 0x20 } as const

/** What the per-peer header says, but for flags and time. */
export interface BmpPeer {
  readonly type: number
  /** 8 bytes: the route distinguisher of the peer's instance, or 0. */
  readonly distinguisher: Uint8Array
  /** Printed; empty for loc-RIB. */
  readonly address: string
  readonly as: number
  readonly identifier: number
}

const version = 3
const commonLength = 6
export const perPeerLength = 42

/** `wallClock` in milliseconds. The body is copied. */
export function peerMessage(
  type: number,
  peer: BmpPeer,
  flags: number,
  wallClock: number,
  ...body: readonly Uint8Array[]
): Uint8Array {
  const message = header(type, perPeerLength, body)
  message[6] = peer.type
  const address = bytesOf(peer.address)
  message[7] = flags | (address?.length === 16 ? PeerFlag.ipv6 : 0)
  message.set(peer.distinguisher, 8)
  putAddress(message, 16, address)
  message.writeUInt32BE(peer.as, 32)
  message.writeUInt32BE(peer.identifier, 36)
  message.writeUInt32BE(Math.floor(wallClock / 1000), 40)
  message.writeUInt32BE(Math.floor(wallClock % 1000) * 1000, 44)
  return message
}

/** §4.10: IPv4 in the last four bytes. */
export function peerUpBody(
  localAddress: string,
  localPort: number,
  remotePort: number,
  sentOpen: Uint8Array,
  receivedOpen: Uint8Array,
  information: Uint8Array = new Uint8Array(0)
): Uint8Array {
  const fixed = Buffer.alloc(20)
  putAddress(fixed, 0, bytesOf(localAddress))
  fixed.writeUInt16BE(localPort, 16)
  fixed.writeUInt16BE(remotePort, 18)
  return Buffer.concat([fixed, sentOpen, receivedOpen, information])
}

/** §4.4: sysDescr and sysName. */
export const initiation = (name: string, description: string): Uint8Array =>
  header(BmpType.initiation, 0, [textTlv(1, description), textTlv(2, name)])

/** §4.5: administratively closed. */
export const termination = (): Uint8Array => header(BmpType.termination, 0, [Uint8Array.of(0, 1, 0, 2, 0, 0)])

/** RFC 9069 §4.4: which table a loc-RIB is; 1 to 255 bytes. */
export const tableName = (name: string): Uint8Array => textTlv(3, name, 255)

export interface Statistic {
  readonly type: number
  readonly value: number
  /** 32 bits: a counter; 64: a gauge. */
  readonly bits: 32 | 64
  /** For gauges of one family. */
  readonly family?: { readonly afi: number; readonly safi: number }
}

/** §4.8. */
export function statisticsBody(statistics: readonly Statistic[]): Uint8Array {
  const count = Buffer.alloc(4)
  count.writeUInt32BE(statistics.length)
  return Buffer.concat([count, ...statistics.map(statisticTlv)])
}

function statisticTlv({ type, value, bits, family }: Statistic): Uint8Array {
  const at = family === undefined ? 4 : 7
  const tlv = Buffer.alloc(at + bits / 8)
  tlv.writeUInt16BE(type, 0)
  tlv.writeUInt16BE(tlv.length - 4, 2)
  if (family !== undefined) {
    tlv.writeUInt16BE(family.afi, 4)
    tlv[6] = family.safi
  }
  if (bits === 32) tlv.writeUInt32BE(value % 2 ** 32, at)
  else tlv.writeBigUInt64BE(BigInt(value), at)
  return tlv
}

function textTlv(type: number, text: string, mostBytes = 1024): Uint8Array {
  const bytes = Buffer.from(text, 'utf8').subarray(0, mostBytes)
  const tlv = Buffer.alloc(4 + bytes.length)
  tlv.writeUInt16BE(type, 0)
  tlv.writeUInt16BE(bytes.length, 2)
  tlv.set(bytes, 4)
  return tlv
}

function header(type: number, room: number, body: readonly Uint8Array[]): Buffer {
  const length = commonLength + room + body.reduce((sum, part) => sum + part.length, 0)
  const message = Buffer.alloc(length)
  message[0] = version
  message.writeUInt32BE(length, 1)
  message[5] = type
  let at = commonLength + room
  for (const part of body) {
    message.set(part, at)
    at += part.length
  }
  return message
}

function putAddress(into: Uint8Array, at: number, address: Uint8Array | undefined): void {
  if (address !== undefined) into.set(address, at + 16 - address.length)
}
