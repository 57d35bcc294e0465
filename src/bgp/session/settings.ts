/**
 * What a BGP session is told: plain immutable values with every default filled in, and which changes of them cost
 * the session its connection (spec bgp 16.2: reset only if the OPEN, the TCP connection or the identity changes).
 */
import type { Endpoint, LaterOptions } from '../../runtime/transport.js'
import type { Capabilities } from '../wire/capabilities.js'
import { isWithinConfederation, type NegotiateSettings } from '../wire/negotiate.js'
import type { OpenForm } from '../wire/open.js'

export interface SessionSettings extends NegotiateSettings {
  readonly localAs: number
  /** Spoken instead of `localAs` once the peer has refused that (dual AS); undefined: never. */
  readonly alternateAs: number | undefined
  /** Own BGP identifier, 32 bits. */
  readonly routerId: number
  /** Proposed hold time; 0: no keepalives and no hold timer. */
  readonly holdTimeSeconds: number
  /** What the OPEN offers; `offer` builds it. The Restart State bit is set by the session: see `restartingUntil`. */
  readonly capabilities: Capabilities
  readonly openForm: OpenForm
  /** Until then (`Scheduler.now`), the Graceful Restart capability says that this node is restarting. */
  readonly restartingUntil: number
  /** Where to dial; undefined: the session can only be called. */
  readonly remote: Endpoint | undefined
  /** Local address to dial from. */
  readonly localAddress: string | undefined
  /** Of every connection; a change is applied to those that are there. */
  readonly socket: LaterOptions
  readonly maximumSegmentSize: number | undefined
  /** TCP MD5 keys that may be in use (RFC 2385); empty: none. A connection without one is never made nor taken. */
  readonly md5Keys: readonly string[]
  /** Never dials. */
  readonly passive: boolean
  readonly adminDown: boolean
  /** What the peer is told when `adminDown` takes the session down (RFC 9003). */
  readonly shutdownText: string
  /** How long an accepted connection waits for the peer's OPEN before ours goes out; 0: not at all. */
  readonly openDelaySeconds: number
  /** First pause after a loss; it grows to `maximumIdleHoldSeconds` while the peer keeps flapping. */
  readonly idleHoldSeconds: number
  readonly maximumIdleHoldSeconds: number
  /** First and longest pause between dials. */
  readonly connectRetrySeconds: number
  readonly maximumConnectRetrySeconds: number
  /** Longest interval between keepalives; undefined: a third of the negotiated hold time. */
  readonly maximumKeepaliveSeconds: number | undefined
  /** RFC 9687; undefined: max(480, 2 * negotiated hold time); 0: off. */
  readonly sendHoldSeconds: number | undefined
  /** A new connection from the peer replaces the established one (BGP as a service; with GR negotiated always). */
  readonly replaceEstablished: boolean
  /** Why callers are turned away with Cease, connection rejected, whoever they are; undefined: they are not. */
  readonly turnsAway: string | undefined
}

/** What goes before anything that is configured, for all sessions. */
export type ForcedTimers = Partial<Pick<SessionSettings, 'holdTimeSeconds' | 'idleHoldSeconds'>>

/** All but what has no sensible default (spec bgp 5.2). */
export const defaultSettings = {
  holdTimeSeconds: 90,
  openForm: 'standard',
  restartingUntil: 0,
  localAddress: undefined,
  socket: {},
  maximumSegmentSize: undefined,
  md5Keys: [],
  alternateAs: undefined,
  maximumKeepaliveSeconds: undefined,
  passive: false,
  adminDown: false,
  shutdownText: '',
  openDelaySeconds: 0,
  idleHoldSeconds: 5,
  maximumIdleHoldSeconds: 120,
  connectRetrySeconds: 0.05,
  maximumConnectRetrySeconds: 30,
  sendHoldSeconds: undefined,
  replaceEstablished: false,
  turnsAway: undefined
} as const satisfies Partial<SessionSettings>

/** Settings whose change needs a new OPEN or a new TCP connection. All others are applied to the running session. */
const resetting = [
  'localAs',
  'peerAs',
  'routerId',
  'holdTimeSeconds',
  'minimumHoldTimeSeconds',
  'families',
  'capabilities',
  'strictRole',
  'openForm',
  'remote',
  'localAddress',
  'maximumSegmentSize'
] as const satisfies readonly (keyof SessionSettings)[]
/**
 * `socket` and `md5Keys`: they could not be applied to the connection that is there. `members`: the neighbour is within
 * the confederation, and was not, or the other way round.
 */
export type ResettingSetting = (typeof resetting)[number] | 'socket' | 'md5Keys' | 'members'

/**
 * Why the session must be reset to go from one to the other; empty: it need not be. `spokenTo` is the AS of the neighbour
 * where it has said one: the settings may leave it open.
 */
export function resetsBetween(
  before: SessionSettings,
  after: SessionSettings,
  spokenTo?: number
): ResettingSetting[] {
  const resets: ResettingSetting[] = resetting.filter(name => !isSame(before[name], after[name]))
  const { peerAs } = after
  const possible = spokenTo === undefined ? (typeof peerAs === 'string' ? [] : [peerAs].flat()) : [spokenTo]
  if (before.members !== after.members && possible.some(as => changesSides(before, after, as))) {
    resets.push('members')
  }
  return resets
}

/** A neighbour in the AS that we speak as stays what it is; its messages are only read in another way. */
function changesSides(before: SessionSettings, after: SessionSettings, as: number): boolean {
  const isMember = ({ members }: SessionSettings): boolean => members?.includes(as) === true
  const isWithin = ({ localAs, members }: SessionSettings): boolean =>
    isWithinConfederation(localAs, as, members)
  return (
    after.localAs !== as && (isMember(before) !== isMember(after) || isWithin(before) !== isWithin(after))
  )
}

/** Structural equality of plain values; functions (a family's codec) are compared by identity. */
function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every(name => isSame((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name]))
  )
}
