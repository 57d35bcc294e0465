/**
 * NOTIFICATION: why a session ends (RFC 4271 §4.5, §6; subcodes RFC 4486, RFC 6608, RFC 8538; RFC 9687). Names are
 * those of the IANA registry.
 */
import { beginMessage, endMessage, headerLength, MessageType } from './message.js'
import type { Writer } from './writer.js'

export const ErrorCode = {
  header: 1,
  open: 2,
  update: 3,
  holdTimerExpired: 4,
  stateMachine: 5,
  cease: 6,
  routeRefresh: 7,
  sendHoldTimerExpired: 8
} as const

export const CeaseSubcode = {
  maximumPrefixes: 1,
  administrativeShutdown: 2,
  peerDeconfigured: 3,
  administrativeReset: 4,
  connectionRejected: 5,
  otherConfigurationChange: 6,
  connectionCollision: 7,
  outOfResources: 8,
  hardReset: 9,
  bfdDown: 10
} as const

export interface Notification {
  readonly code: number
  readonly subcode: number
  readonly data: Uint8Array
}

const empty = new Uint8Array(0)
const maximumDataLength = 4096 - headerLength - 2

/** Any code and any data are taken: a NOTIFICATION is never answered, so it has no errors (RFC 4271 §6.4). */
export function readNotification(bytes: Uint8Array, start: number, end: number): Notification {
  const at = start + headerLength
  return { code: bytes[at] ?? 0, subcode: bytes[at + 1] ?? 0, data: bytes.slice(at + 2, end) }
}

/** Takes a `DecodeError` as well: what it says for people stays here. */
export function writeNotification(
  to: Writer,
  { code, subcode, data = empty }: { code: number; subcode: number; data?: Uint8Array }
): void {
  const start = beginMessage(to, MessageType.notification)
  to.u8(code)
  to.u8(subcode)
  to.copy(data, 0, Math.min(data.length, maximumDataLength))
  endMessage(to, start)
}

/** RFC 9003 §2: what the operator said on shutdown or reset. Undefined where there is none or it is malformed. */
export function shutdownCommunication({ code, subcode, data }: Notification): string | undefined {
  const speaks =
    subcode === CeaseSubcode.administrativeShutdown || subcode === CeaseSubcode.administrativeReset
  if (code !== ErrorCode.cease || !speaks || data.length === 0 || data[0] === 0) return undefined
  const end = 1 + data[0]!
  if (end > data.length) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data.subarray(1, end))
  } catch {
    return undefined
  }
}

/** The data of 6/2 and 6/4; a text too long is cut between characters. */
export function shutdownData(text: string): Uint8Array {
  const { written } = new TextEncoder().encodeInto(text, scratch)
  return Uint8Array.of(written, ...scratch.subarray(0, written))
}
const scratch = new Uint8Array(255)

/** RFC 4486 §4: the data of 6/1. */
export function maximumPrefixesData(afi: number, safi: number, limit: number): Uint8Array {
  return Uint8Array.of(afi >>> 8, afi, safi, limit >>> 24, limit >>> 16, limit >>> 8, limit)
}

/** RFC 8538 §3: what a hard reset (6/9) encloses; undefined for all else. */
export function enclosedNotification({ code, subcode, data }: Notification): Notification | undefined {
  if (code !== ErrorCode.cease || subcode !== CeaseSubcode.hardReset || data.length < 2) return undefined
  return { code: data[0]!, subcode: data[1]!, data: data.subarray(2) }
}

export function hardReset({ code, subcode, data }: Notification): Notification {
  const enclosed = Uint8Array.of(code, subcode, ...data)
  return { code: ErrorCode.cease, subcode: CeaseSubcode.hardReset, data: enclosed }
}

/** By code: the name, then the names of the subcodes from 0. */
const names: readonly (readonly string[])[] = [
  [],
  [
    'Message Header Error',
    'Unspecific',
    'Connection Not Synchronized',
    'Bad Message Length',
    'Bad Message Type'
  ],
  [
    'OPEN Message Error',
    'Unspecific',
    'Unsupported Version Number',
    'Bad Peer AS',
    'Bad BGP Identifier',
    'Unsupported Optional Parameter',
    'Authentication Failure',
    'Unacceptable Hold Time',
    'Unsupported Capability',
    '',
    '',
    '',
    'Role Mismatch'
  ],
  [
    'UPDATE Message Error',
    'Unspecific',
    'Malformed Attribute List',
    'Unrecognized Well-known Attribute',
    'Missing Well-known Attribute',
    'Attribute Flags Error',
    'Attribute Length Error',
    'Invalid ORIGIN Attribute',
    'AS Routing Loop',
    'Invalid NEXT_HOP Attribute',
    'Optional Attribute Error',
    'Invalid Network Field',
    'Malformed AS_PATH'
  ],
  ['Hold Timer Expired'],
  [
    'Finite State Machine Error',
    'Unspecified',
    'Unexpected Message in OpenSent',
    'Unexpected Message in OpenConfirm',
    'Unexpected Message in Established'
  ],
  [
    'Cease',
    'Unspecific',
    'Maximum Number of Prefixes Reached',
    'Administrative Shutdown',
    'Peer De-configured',
    'Administrative Reset',
    'Connection Rejected',
    'Other Configuration Change',
    'Connection Collision Resolution',
    'Out of Resources',
    'Hard Reset',
    'BFD Down'
  ],
  ['ROUTE-REFRESH Message Error', 'Unspecific', 'Invalid Message Length'],
  ['Send Hold Timer Expired']
]

/** `Cease/Administrative Shutdown`; numbers where there is no name. */
export function printErrorCode(code: number, subcode: number): string {
  const [name = `error ${code}`, ...subcodes] = names[code] ?? []
  if (subcodes.length === 0 && subcode === 0) return name
  return `${name}/${subcodes[subcode] || `subcode ${subcode}`}`
}
