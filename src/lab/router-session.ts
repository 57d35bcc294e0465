import type { CloseReason, SessionEnvironment, SessionHandler } from '../bgp/session/handler.js'
import { BgpSession } from '../bgp/session/session.js'
import type { SessionSettings } from '../bgp/session/settings.js'
import { type DecodeContext, decodeContext } from '../bgp/wire/decode-context.js'
import { type DecodeError, Reaction } from '../bgp/wire/decode-error.js'
import type { FamilyName } from '../bgp/wire/family.js'
import type { Negotiated } from '../bgp/wire/negotiate.js'
import { Nlri } from '../bgp/wire/nlri.js'
import { NlriReader } from '../bgp/wire/nlri-section.js'
import { UpdateDecoder } from '../bgp/wire/update.js'
import { type RouteAttributes, readAttributes } from './route-attributes.js'
import { type UpdateItem, UpdateQueue } from './update-queue.js'

export interface ReceivedRoute extends RouteAttributes {
  readonly prefix: string
  readonly pathId: number
  /** MPLS label; 0 for families without. */
  readonly label: number
  /** Both label fields as on the wire; the second -1 where there is none. */
  readonly labelField: number
  readonly l3LabelField: number
}

/** A router's session with one neighbor: says what the router announces, and keeps what the neighbor says. */
export class LabRouterSession implements SessionHandler {
  readonly session: BgpSession
  readonly routes = new Map<FamilyName, Map<string, ReceivedRoute>>()
  readonly endOfRibs = new Set<FamilyName>()
  /** UPDATEs received and NLRI in them, over all sessions. */
  updates = 0
  announcements = 0
  withdrawals = 0
  /** What was wrong with UPDATEs, however weak the reaction to it. */
  readonly errors: DecodeError[] = []
  /** Why sessions ended. */
  readonly closes: CloseReason[] = []
  /** Tells every UPDATE, before it is read. */
  onUpdate: ((bytes: Uint8Array) => void) | undefined
  readonly #decoder = new UpdateDecoder()
  readonly #reader = new NlriReader()
  readonly #nlri = new Nlri()
  #context: DecodeContext | undefined
  readonly #queue: UpdateQueue

  constructor(
    name: string,
    settings: SessionSettings,
    environment: SessionEnvironment,
    /** What is said whenever a session begins. */
    private readonly announced: ReadonlyMap<string, UpdateItem>,
    /** Sends no End-of-RIB before `endOfRib` is called. */
    private readonly holdsEndOfRib: boolean
  ) {
    this.session = new BgpSession(name, settings, this, environment)
    this.#queue = new UpdateQueue(bytes => this.session.send(bytes))
  }

  say(items: readonly UpdateItem[]): void {
    this.#queue.add(items)
  }

  endOfRib(): void {
    this.#queue.endOfRib()
  }

  // ---- SessionHandler

  established(negotiated: Negotiated): void {
    this.#context = decodeContext(negotiated, {
      loopbackNextHop: true,
      enforceFirstAs: false,
      allowEmptyAsPath: true,
      confederation: true,
      aigp: true
    })
    this.#queue.begin(negotiated, [...this.announced.values()], !this.holdsEndOfRib)
  }

  closed(reason: CloseReason): void {
    this.#queue.stop()
    this.closes.push(reason)
    this.routes.clear()
    this.endOfRibs.clear()
  }

  writable(): void {
    this.#queue.flush()
  }

  routeRefresh(afi: number, safi: number, subtype: number): void {
    if (subtype !== 0) return
    const again = [...this.announced.values()].filter(
      ({ family }) => family.afi === afi && family.safi === safi
    )
    this.#queue.add(again)
  }

  update(bytes: Uint8Array, start: number, end: number): DecodeError | undefined {
    const decoder = this.#decoder
    this.updates++
    this.onUpdate?.(bytes.slice(start, end))
    const reaction = decoder.decode(bytes, start, end, this.#context!)
    this.errors.push(...decoder.errors)
    if (reaction === Reaction.resetSession) return decoder.error
    if (decoder.endOfRib !== undefined) this.endOfRibs.add(decoder.endOfRib.name)
    for (let i = 0; i < decoder.sectionCount; i++) {
      const section = decoder.sections[i]!
      const { family } = section
      const table = this.#table(family.name)
      const attributes = section.withdraw
        ? undefined
        : readAttributes(section.attributes, section.attributesStart, section.attributesEnd)
      const nlri = this.#nlri
      for (const reader = this.#reader.over(section); reader.next(nlri); ) {
        const prefix = family.print(nlri.key, 0, nlri.keyLength)
        const id = nlri.pathId === 0 ? prefix : `${prefix} #${nlri.pathId}`
        if (attributes === undefined) {
          this.withdrawals++
          table.delete(id)
          continue
        }
        this.announcements++
        const { pathId, label: labelField, l3Label: l3LabelField } = nlri
        table.set(id, {
          ...attributes,
          prefix,
          pathId,
          label: family.labeled ? labelField >>> 4 : 0,
          labelField,
          l3LabelField
        })
      }
    }
    return undefined
  }

  #table(family: FamilyName): Map<string, ReceivedRoute> {
    let table = this.routes.get(family)
    if (table === undefined) this.routes.set(family, (table = new Map()))
    return table
  }
}
