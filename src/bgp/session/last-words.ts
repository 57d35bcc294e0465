/** The NOTIFICATIONs of one TCP connection, ours and the neighbour's, and what they say of how it ended. */
import type { FsmEvent, Notify } from '../fsm.js'
import { type MessageType, messageTypeNames } from '../wire/message.js'
import { readNotification } from '../wire/notification.js'
import type { CloseReason, NotificationRecord } from './handler.js'
import { notificationMessage, recordOf, type Word } from './messages.js'
import type { SessionStatistics } from './statistics.js'

export class LastWords {
  #said: NotificationRecord | undefined
  #heard: NotificationRecord | undefined
  #message: Uint8Array | undefined

  /** `now`: wall clock. */
  say(word: Word, now: number, statistics: SessionStatistics): void {
    this.#message = notificationMessage(word)
    this.#said = recordOf(word, now)
    statistics.lastNotificationSent = this.#said
  }

  hear(
    bytes: Uint8Array,
    start: number,
    end: number,
    now: number,
    statistics: SessionStatistics
  ): NotificationRecord {
    this.#heard = recordOf(readNotification(bytes, start, end), now)
    statistics.lastNotificationReceived = this.#heard
    return this.#heard
  }

  /** What is to be sent before the connection closes, once. */
  take(): Uint8Array | undefined {
    const message = this.#message
    this.#message = undefined
    return message
  }

  reasonFor(event: FsmEvent, what: string): CloseReason {
    if (event === 'tcpFailed') return { cause: 'connection-lost', notification: undefined, what }
    if (event === 'notification' || event === 'collisionNotified') {
      return { cause: 'notification-received', notification: this.#heard, what }
    }
    if (this.#said === undefined) return { cause: 'silent', notification: undefined, what }
    return { cause: 'notification-sent', notification: this.#said, what: what || this.#said.text }
  }
}

/** RFC 6608 §4: the type of the unexpected message is told; `handled` 0: there is none. */
export function wordFor({ code, subcode }: Notify, handled: MessageType | 0, what: string): Word {
  if (code !== 5 || handled === 0) return { code, subcode, what }
  return { code, subcode, data: Uint8Array.of(handled), what: `unexpected ${messageTypeNames[handled]}` }
}
