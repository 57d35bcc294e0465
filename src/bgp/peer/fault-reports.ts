import type { Scheduler } from '../../runtime/scheduler.js'
import type { Table } from '../rib/table.js'
import type { Log } from '../session/handler.js'
import { type DecodeError, Reaction } from '../wire/decode-error.js'
import { FaultLog } from './fault-log.js'

/** Bytes of a message that are logged. */
const loggedBytes = 128
/** How often NLRI that are passed over, and routes that cannot be told, are worth a line. */
const quietMs = 60_000
/** Families that are logged by number: more than there are in use, and fewer than a hostile neighbour can name. */
const mostIgnored = 32
/** A defect of ours (spec bgp 8.4). */
const internalError = { code: 3, subcode: 0, offset: 0, reaction: Reaction.resetSession } as const

/** Where the ways in and out of a neighbour report what is wrong: kept for operators, and logged within measure. */
export class FaultReports {
  readonly kept = new FaultLog()
  readonly #ignored = new Set<number>()
  #skippedAt = Number.NEGATIVE_INFINITY
  #untoldAt = Number.NEGATIVE_INFINITY
  #untoldSince = 0

  constructor(
    private readonly peer: string,
    private readonly scheduler: Scheduler,
    private readonly log: Log
  ) {}

  /** `error` is the one of `errors` that decides what becomes of the message, whose bytes are copied. */
  malformed(error: DecodeError, errors: readonly DecodeError[], message: Uint8Array): void {
    const { kept, peer } = this
    for (const each of errors) kept.count(each)
    if (error.isWanted === true) return
    kept.keep(error, message, this.scheduler.wallClock())
    const suppressed = kept.admit(error, this.scheduler.now())
    if (suppressed === undefined) return
    const { code, subcode, offset, what } = error
    const fields = { peer, code, subcode, offset, bytes: printed(message), suppressed }
    this.log.warn(fields, `malformed UPDATE: ${what}`)
  }

  /** The session, which ends for it, logs the exception itself. */
  broken(error: unknown, message: Uint8Array): void {
    const what = `internal error: ${error instanceof Error ? error.message : String(error)}`
    const fault = { ...internalError, what }
    this.kept.count(fault)
    this.kept.keep(fault, message, this.scheduler.wallClock())
  }

  /** NLRI of the message were passed over, and why the last of them was (RFC 7606 §5.4). */
  skipped(what: string, message: Uint8Array): void {
    const now = this.scheduler.now()
    if (now - this.#skippedAt < quietMs) return
    this.#skippedAt = now
    this.log.warn({ peer: this.peer, bytes: printed(message) }, `NLRI passed over: ${what}`)
  }

  /** Routes of a family (`codeOf`) that was not agreed on: one line for each (spec bgp 2.2). */
  ignored(code: number): void {
    if (this.#ignored.has(code) || this.#ignored.size > mostIgnored) return
    this.#ignored.add(code)
    if (this.#ignored.size > mostIgnored) {
      this.log.warn({ peer: this.peer }, 'routes of many more families that were not agreed on are ignored')
      return
    }
    const fields = { peer: this.peer, afi: code >> 8, safi: code & 0xff }
    this.log.warn(fields, 'routes of a family that was not agreed on are ignored')
  }

  /** A route that fits into no message, or whose next hop has no form here, is withdrawn instead (spec bgp 7.5, 3). */
  untold(table: Table, index: number): void {
    const now = this.scheduler.now()
    if (now - this.#untoldAt < quietMs) {
      this.#untoldSince++
      return
    }
    const prefix = table.family.print(table.keys, table.keyStart(index), table.keyEnd(index))
    const fields = { peer: this.peer, table: table.name, prefix, suppressed: this.#untoldSince }
    this.#untoldAt = now
    this.#untoldSince = 0
    this.log.warn(fields, 'a route cannot be told to the neighbour and those with the same policy')
  }
}

const printed = (message: Uint8Array): string => Buffer.from(message.subarray(0, loggedBytes)).toString('hex')
