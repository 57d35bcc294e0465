/**
 * What a session counts (spec bgp 18.1). Counters only grow, for a metrics system; `sinceReset` gives what operators
 * of contrail-control expect, where a session's message counters start anew when it leaves Established.
 */
import type { State } from '../fsm.js'
import type { NotificationRecord } from './handler.js'

/** Messages by type, in one direction. `total` includes what has no valid type. */
export class MessageCounts {
  open = 0
  update = 0
  notification = 0
  keepalive = 0
  routeRefresh = 0
  total = 0
  bytes = 0
  /** Calls into or out of the socket. */
  calls = 0
}

export class SessionStatistics {
  readonly received = new MessageCounts()
  readonly sent = new MessageCounts()
  /** Connections: dials begun, dials that failed, dials that took too long, connections accepted and refused. */
  dials = 0
  connectErrors = 0
  connectTimeouts = 0
  accepted = 0
  refused = 0
  collisions = 0
  /** RFC 4271 ConnectRetryCounter: dials since the session was last up. */
  connectRetries = 0
  headerErrors = 0
  openErrors = 0
  /** Capabilities left out of an OPEN because their length is wrong. */
  malformedCapabilities = 0
  updateErrors = 0
  holdExpirations = 0
  sendHoldExpirations = 0
  /** Times that the socket took no more, and how long all of them lasted. */
  blocked = 0
  blockedMilliseconds = 0
  /** Times that it was up, and times that it left Established. */
  establishments = 0
  flaps = 0
  /** Wall clock in milliseconds; 0: never. */
  lastFlapAt = 0
  /** Why it last left Established; empty: it never did. */
  lastLoss = ''
  establishedAt = 0
  stateChangedAt = 0
  stateBefore: State = 'idle'
  lastEvent = ''
  lastError: { readonly what: string; readonly at: number } | undefined
  lastNotificationSent: NotificationRecord | undefined
  lastNotificationReceived: NotificationRecord | undefined

  #receivedAtReset = new MessageCounts()
  #sentAtReset = new MessageCounts()

  /** Called when the session leaves Established. */
  reset(): void {
    this.#receivedAtReset = Object.assign(new MessageCounts(), this.received)
    this.#sentAtReset = Object.assign(new MessageCounts(), this.sent)
  }

  get sinceReset(): { readonly received: MessageCounts; readonly sent: MessageCounts } {
    return {
      received: difference(this.received, this.#receivedAtReset),
      sent: difference(this.sent, this.#sentAtReset)
    }
  }
}

function difference(now: MessageCounts, then: MessageCounts): MessageCounts {
  const counts = new MessageCounts()
  for (const name of Object.keys(counts) as (keyof MessageCounts)[]) counts[name] = now[name] - then[name]
  return counts
}
