import { AdjIn } from '../rib/adj-in.js'
import type { AttributeDb } from '../rib/attribute-db.js'
import type { AttributeSet } from '../rib/attribute-set.js'
import { PathFlag } from '../rib/path.js'
import type { Source } from '../rib/source.js'
import type { SubclusterMark } from '../rib/subcluster-mark.js'
import type { Table } from '../rib/table.js'
import { AttributeEditor } from '../wire/attribute-editor.js'
import { InternalCode } from '../wire/canonical.js'
import type { DecodeContext } from '../wire/decode-context.js'
import { type DecodeError, Reaction } from '../wire/decode-error.js'
import { codeOf } from '../wire/families.js'
import type { Family } from '../wire/family.js'
import type { Nlri } from '../wire/nlri.js'
import type { NlriSection } from '../wire/nlri-section.js'
import { UpdateDecoder } from '../wire/update.js'
import type { FaultReports } from './fault-reports.js'
import { NlriBatch } from './nlri-batch.js'
import { ownNextHopFlag } from './own-next-hop.js'
import type { PeerFamily } from './peer-family.js'
import { type ReceiveSettings, receiveAttributes, receiveFlags } from './receive-policy.js'

/** Errors in UPDATEs by what was done about them (RFC 7606). */
export class UpdateErrors {
  discardedAttributes = 0
  treatedAsWithdraw = 0
  disabledFamilies = 0
  resets = 0
  ignoredFamilies = 0
  skippedNlri = 0
  /** Announcements whose paths cannot be used because they came round in a loop (RFC 4271 §9.1.2, RFC 4456 §8). */
  readonly loops = { asPath: 0, originatorId: 0, clusterList: 0 }
  /** IPv6 unicast alone (introspect, `PeerRxInet6ErrorStats`); `family`: not agreed on. */
  readonly inet6 = { prefix: 0, nextHop: 0, family: 0 }
}

export interface PeerInputOwner {
  readonly source: Source
  readonly receive: ReceiveSettings
  readonly attributes: AttributeDb
  /** What routes of clients of BGP as a service carry; absent: nothing. */
  readonly subcluster?: SubclusterMark | undefined
  readonly faults: Pick<FaultReports, 'malformed' | 'skipped' | 'ignored'>
  /** The families of the session that is up. */
  readonly families: ReadonlyMap<Family, PeerFamily>
  /** A family's End-of-RIB has come. */
  endOfRib(family: PeerFamily): void
  /**
   * Called after a message that added routes to the family, or took some while its limit keeps others out. `paths`:
   * those of this session.
   */
  routesCounted(family: PeerFamily, paths: number): void
  /** RFC 7606 §5.3: nothing of this family is taken any more. */
  disableFamily(family: Family, error: DecodeError): void
}

/** The way in of one peer: from UPDATE messages to paths in tables. */
export class PeerInput {
  readonly errors = new UpdateErrors()
  /** What the peer has, by table; it may outlive a session (graceful restart). */
  readonly adjIns = new Map<Table, AdjIn>()
  readonly #owner: PeerInputOwner

  constructor(owner: PeerInputOwner) {
    this.#owner = owner
  }

  /** Applies one message; an error is one that must end the session, and nothing of the message is then applied. */
  update(bytes: Uint8Array, start: number, end: number, context: DecodeContext): DecodeError | undefined {
    const reaction = decoder.decode(bytes, start, end, context)
    if (reaction !== 0) this.#note(reaction, bytes.subarray(start, end))
    if (decoder.skippedNlri > 0) {
      this.errors.skippedNlri += decoder.skippedNlri
      this.#owner.faults.skipped(decoder.skippedWhat, bytes.subarray(start, end))
    }
    if (decoder.ignoredFamilies.length > 0) this.#ignore(decoder.ignoredFamilies)
    if (reaction === Reaction.resetSession) return decoder.error
    const { endOfRib } = decoder
    if (endOfRib !== undefined) {
      const family = this.#owner.families.get(endOfRib)
      if (family !== undefined) this.#owner.endOfRib(family)
      return undefined
    }
    for (let i = 0; i < decoder.sectionCount; i++) {
      const section = decoder.sections[i]!
      const family = this.#owner.families.get(section.family)
      if (family === undefined) continue
      if (!section.withdraw) this.#announce(section, family)
      else this.#withdraw(section, family)
    }
    if (reaction === Reaction.disableFamily && decoder.errorFamily !== undefined) {
      this.#owner.disableFamily(decoder.errorFamily, decoder.error!)
    }
    return undefined
  }

  adjIn(table: Table): AdjIn {
    let adjIn = this.adjIns.get(table)
    if (adjIn === undefined) this.adjIns.set(table, (adjIn = new AdjIn(table, this.#owner.source)))
    return adjIn
  }

  #announce(section: NlriSection, family: PeerFamily): void {
    const { attributes: db, receive, subcluster } = this.#owner
    const adjIn = this.adjIn(family.table)
    const received = db.intern(section.attributes, section.attributesStart, section.attributesEnd)
    const loopCount = receive.familyLoopCounts?.get(family.family.name)
    const flags =
      receiveFlags(received, receive, family.hasRoles, loopCount) |
      ownNextHopFlag(received, receive.ownAddresses, family.family)
    if (flags !== 0) this.#noteLoops(flags)
    const taken = receiveAttributes(received, receive, db, family.hasRoles)
    const attributes = receive.tenant && subcluster !== undefined ? subcluster.apply(taken, db) : taken
    batch.over(section, family.table)
    const { guard } = family
    const { maximum } = guard
    let count = 0
    for (let read = batch.next(); read > 0; read = batch.next()) {
      count += read
      for (let i = 0; i < read && !guard.exceeded; i++) {
        const nlri = batch.nlri[i]!
        // With fewer paths than that, fresh or stale, there is nothing to compare.
        const isNear = adjIn.paths >= maximum
        const before = isNear ? adjIn.freshPaths : 0
        if (nlri.extraLength === 0) adjIn.update(nlri, attributes, flags, nlri.pathId, batch.hashes[i]!)
        else this.#updateWithExtra(adjIn, nlri, attributes, flags)
        if (!isNear) continue
        const after = adjIn.freshPaths
        if (after > maximum && after > before && guard.tooMany()) adjIn.withdraw(nlri)
      }
    }
    db.release(attributes)
    family.counts.reachReceived += count
    if (count > 0) this.#owner.routesCounted(family, adjIn.freshPaths)
  }

  /** ESI, gateway and further labels are part of what the path says, so they are kept with its attributes. */
  #updateWithExtra(adjIn: AdjIn, nlri: Nlri, attributes: AttributeSet, flags: number): void {
    const { attributes: db } = this.#owner
    editor
      .from(attributes.memory, attributes.start, attributes.end)
      .setInternal(InternalCode.nlriExtra, nlri.extra, 0, nlri.extraLength)
      .finish()
    const extended = db.intern(editor.bytes, 0, editor.end)
    adjIn.update(nlri, extended, flags)
    db.release(extended)
  }

  #withdraw(section: NlriSection, family: PeerFamily): void {
    const adjIn = this.adjIns.get(family.table)
    batch.over(section, family.table)
    let count = 0
    for (let read = batch.next(); read > 0; read = batch.next()) {
      count += read
      if (adjIn === undefined) continue
      for (let i = 0; i < read; i++) {
        const nlri = batch.nlri[i]!
        adjIn.withdraw(nlri, nlri.pathId, batch.hashes[i]!)
      }
    }
    family.counts.unreachReceived += count
    if (family.guard.blocked > 0) this.#owner.routesCounted(family, adjIn?.freshPaths ?? 0)
  }

  #ignore(codes: readonly number[]): void {
    this.errors.ignoredFamilies += codes.length
    for (const code of codes) {
      if (code === inet6Code) this.errors.inet6.family++
      this.#owner.faults.ignored(code)
    }
  }

  #noteLoops(flags: number): void {
    const { loops } = this.errors
    if ((flags & PathFlag.asPathLooped) !== 0) loops.asPath++
    if ((flags & PathFlag.originatorIdLooped) !== 0) loops.originatorId++
    if ((flags & PathFlag.clusterListLooped) !== 0) loops.clusterList++
  }

  #note(reaction: Reaction, message: Uint8Array): void {
    const { errors } = this
    switch (reaction) {
      case Reaction.discardAttribute:
        errors.discardedAttributes++
        break
      case Reaction.treatAsWithdraw:
        errors.treatedAsWithdraw++
        break
      case Reaction.disableFamily:
        errors.disabledFamilies++
        break
      case Reaction.resetSession:
        errors.resets++
        break
    }
    for (const { family, attribute } of decoder.errors) {
      if (family !== 'inet6') continue
      if (attribute === undefined) errors.inet6.prefix++
      else errors.inet6.nextHop++
    }
    if (decoder.error !== undefined) this.#owner.faults.malformed(decoder.error, decoder.errors, message)
  }
}

const inet6Code = codeOf(2, 1)

/** One for all peers: a message is decoded and applied in one go. */
const decoder = new UpdateDecoder()
const batch = new NlriBatch()
const editor = new AttributeEditor()
