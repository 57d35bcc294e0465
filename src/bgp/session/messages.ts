/** The messages that a session writes by itself, and what it makes of a NOTIFICATION. */
import type { Scheduler } from '../../runtime/scheduler.js'
import type { Connection } from '../../runtime/transport.js'
import { writeKeepalive } from '../wire/message.js'
import {
  CeaseSubcode,
  ErrorCode,
  enclosedNotification,
  hardReset,
  type Notification,
  printErrorCode,
  shutdownCommunication,
  shutdownData,
  writeNotification
} from '../wire/notification.js'
import { myAsOf, type Open, type OpenForm, writeOpen } from '../wire/open.js'
import { type RouteRefresh, writeRouteRefresh } from '../wire/route-refresh.js'
import { Writer } from '../wire/writer.js'
import type { Cease, NotificationRecord } from './handler.js'
import type { SessionSettings } from './settings.js'
import { MessageStream } from './stream.js'

/** What a NOTIFICATION says; `what` is for people and stays here. */
export interface Word {
  readonly code: number
  readonly subcode: number
  readonly data?: Uint8Array | undefined
  readonly what: string
}

/** Why a session whose owner is not `ready` does not come up. */
export const notReady = 'the last session is still being cleaned up, or there is no place for routes yet'

const empty = new Uint8Array(0)
const maximumRecordedData = 512

function written(write: (to: Writer) => void): Uint8Array {
  const to = new Writer(4096)
  write(to)
  return to.bytes.slice(0, to.at)
}

export const keepaliveMessage = written(writeKeepalive)

export const refreshMessage = (refresh: RouteRefresh): Uint8Array =>
  written(to => writeRouteRefresh(to, refresh))

export const openMessage = (open: Open, form: OpenForm): Uint8Array =>
  written(to => writeOpen(to, open, form))

export const notificationMessage = ({ code, subcode, data = empty }: Word): Uint8Array =>
  written(to => writeNotification(to, { code, subcode, data }))

/** Our OPEN, as the settings have it now. */
export function localOpen(settings: SessionSettings, now: number): Open {
  const { localAs, holdTimeSeconds, routerId, capabilities, restartingUntil } = settings
  const { gracefulRestart } = capabilities
  const restarting = now < restartingUntil
  return {
    myAs: myAsOf(localAs),
    holdTimeSeconds,
    routerId,
    capabilities:
      gracefulRestart === undefined
        ? capabilities
        : { ...capabilities, gracefulRestart: { ...gracefulRestart, restarting } }
  }
}

/** The text goes along where RFC 9003 has a place for it. */
export function ceaseWord({ subcode, text = '', data }: Cease, what?: string): Word {
  const spoken =
    subcode === CeaseSubcode.administrativeShutdown || subcode === CeaseSubcode.administrativeReset
  return {
    code: ErrorCode.cease,
    subcode,
    data: spoken && text !== '' ? shutdownData(text) : data,
    what: what ?? (text === '' ? printErrorCode(ErrorCode.cease, subcode) : text)
  }
}

/** Those after which the peer shall not keep our routes (spec bgp 12.3); for peers that keep them otherwise. */
export function withHardReset(word: Word): Word {
  const { code, subcode, data = empty, what } = word
  const isFinal =
    subcode === CeaseSubcode.maximumPrefixes ||
    subcode === CeaseSubcode.administrativeShutdown ||
    subcode === CeaseSubcode.peerDeconfigured
  return code === ErrorCode.cease && isFinal ? { ...hardReset({ code, subcode, data }), what } : word
}

export function recordOf(
  { code, subcode, data = empty }: Omit<Word, 'what'>,
  at: number
): NotificationRecord {
  const text = describe({ code, subcode, data })
  return { code, subcode, text, data: data.slice(0, maximumRecordedData), at }
}

/** `Cease/Hard Reset (Cease/Administrative Shutdown "maintenance")`; what the peer wrote is escaped. */
function describe(notification: Notification): string {
  const name = printErrorCode(notification.code, notification.subcode)
  const enclosed = enclosedNotification(notification)
  if (enclosed !== undefined) return `${name} (${describe(enclosed)})`
  const text = shutdownCommunication(notification)
  return text === undefined ? name : `${name} ${printEscaped(text)}`
}

/** Quoted; nothing that could move a terminal's cursor or break a line of a log. */
const printEscaped = (text: string): string =>
  JSON.stringify(text).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    character => `\\u{${character.codePointAt(0)!.toString(16)}}`
  )

/** Closes a connection that nobody takes, without reading a byte of it; code 0: without a word. */
export function refuse(tcp: Connection, scheduler: Scheduler, word: Word, gone?: () => void): void {
  const stream = new MessageStream(tcp, scheduler)
  stream.finish(word.code === 0 ? undefined : notificationMessage(word), gone)
}
