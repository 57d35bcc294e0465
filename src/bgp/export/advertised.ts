import type { AttributeDb } from '../rib/attribute-db.js'
import type { AttributeSet, Derived } from '../rib/attribute-set.js'
import { beginAttribute, copyBytes, isInternal, putU32, valueEnd, valueStart } from '../wire/attributes.js'
import { AttributeCode, optionalFlag } from '../wire/canonical.js'
import type { PackGroup } from './exporter.js'

/** A set that goes out as it is, without the marks of a reflector. */
export const unmarked = -1

/**
 * What receivers are told of a route apart from prefix and labels: a set of attributes, and the marks of a reflector
 * (RFC 4456 §8) that it gets on its way out. A reflected set is not made and kept a second time: it differs in these
 * marks alone. Exporters whose receivers are told the same share it: a thousand neighbours of a thousand AS are told
 * one set each, and not a thousand.
 */
export class Advertised implements Derived, PackGroup {
  next: Derived | undefined
  holders = 1
  lane = 0
  slot = 0

  constructor(
    readonly attributes: AttributeSet,
    /** The ORIGINATOR_ID to add before the cluster id; 0: it has one; `unmarked`: neither. */
    readonly originator: number,
    /** The cluster id to add; 0 where it is unmarked. */
    readonly clusterId: number
  ) {
    this.next = attributes.derived
  }
}

/** One `Advertised` per set and marks, so that equal ones are one object; one for each exporter. */
export class AdvertisedSets {
  /** `clusterId`: of those that are marked. */
  constructor(
    private readonly clusterId: number,
    private readonly attributes: AttributeDb
  ) {}

  /** Held once more for the caller. */
  of(set: AttributeSet, originator: number): Advertised {
    const clusterId = originator === unmarked ? 0 : this.clusterId
    for (let known = set.derived; known !== undefined; known = known.next) {
      if (!(known instanceof Advertised)) continue
      if (known.originator !== originator || known.clusterId !== clusterId) continue
      known.holders++
      return known
    }
    const made = new Advertised(this.attributes.hold(set), originator, clusterId)
    set.derived = made
    return made
  }

  hold(advertised: Advertised): Advertised {
    advertised.holders++
    return advertised
  }

  release(advertised: Advertised): void {
    if (--advertised.holders > 0) return
    const { attributes } = advertised
    if (attributes.derived === advertised) {
      attributes.derived = advertised.next
    } else {
      let before = attributes.derived!
      while (before.next !== advertised) before = before.next!
      before.next = advertised.next
    }
    this.attributes.release(attributes)
  }
}

/** The longest block that `writeMarked` makes: the longest that a message can bring, and the marks. */
export const markedRoom = 65535 + 32

/**
 * Writes the set with its ORIGINATOR_ID, where one is to be added, and the cluster id in front of its CLUSTER_LIST, in
 * canonical order. Returns the offset behind it.
 */
export function writeMarked({ attributes, originator, clusterId }: Advertised, into: Uint8Array): number {
  const { memory, start, end } = attributes
  let at = start
  while (at < end && memory[at + 1]! < AttributeCode.originatorId && !isInternal(memory, at))
    at = valueEnd(memory, at)
  let to = copyBytes(into, 0, memory, start, at)
  if (originator > 0) {
    to = beginAttribute(into, to, optionalFlag, AttributeCode.originatorId, 4)
    putU32(into, to, originator)
    to += 4
  } else if (at < end && memory[at + 1] === AttributeCode.originatorId && !isInternal(memory, at)) {
    const behind = valueEnd(memory, at)
    to = copyBytes(into, to, memory, at, behind)
    at = behind
  }
  let clusters = at
  if (at < end && memory[at + 1] === AttributeCode.clusterList && !isInternal(memory, at)) {
    clusters = valueStart(memory, at)
    at = valueEnd(memory, at)
  }
  to = beginAttribute(into, to, optionalFlag, AttributeCode.clusterList, 4 + at - clusters)
  putU32(into, to, clusterId)
  to = copyBytes(into, to + 4, memory, clusters, at)
  return copyBytes(into, to, memory, at, end)
}
