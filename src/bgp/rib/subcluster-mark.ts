import { greatestSubcluster, subclusterCommunity } from '../wire/as-scoped-communities.js'
import { AttributeEditor } from '../wire/attribute-editor.js'
import { valueEnd, valueStart } from '../wire/attributes.js'
import { AttributeCode } from '../wire/canonical.js'
import { ExtendedKind, extendedKindAt, extendedLength } from '../wire/ext-communities.js'
import type { AttributeDb } from './attribute-db.js'
import { type AttributeSet, attributeOf } from './attribute-set.js'

/**
 * The extended community that unicast routes born in this node's subcluster carry (spec bgp 17.2, spec routing 1.9):
 * those of its agents, and of clients of BGP as a service. One for the whole node.
 */
export class SubclusterMark {
  #community: Uint8Array | undefined
  #problem: string | undefined

  /** Undefined: the node is in no subcluster, or in one without a number. */
  get community(): Uint8Array | undefined {
    return this.#community
  }

  /** Why routes are not marked although there is a number; undefined: nothing is wrong. */
  get problem(): string | undefined {
    return this.#problem
  }

  /** `as`: own; `id` 0: none. A number that the community has no room for is none. False: the mark is as before. */
  configure(as: number, id: number): boolean {
    const before = this.#community
    const most = greatestSubcluster(as)
    const fits = Number.isInteger(id) && id >= 0 && id <= most
    this.#problem = fits ? undefined : `sub_cluster_id ${id} is not from 0 to ${most}: routes are not marked`
    const community = as === 0 || id === 0 || !fits ? undefined : subclusterCommunity(as, id)
    if (before === community || (before && community && Buffer.compare(before, community) === 0)) return false
    this.#community = community
    return true
  }

  /** `set` with the mark; held once, in place of `set`. */
  apply(set: AttributeSet, db: AttributeDb): AttributeSet {
    const community = this.#community
    if (community === undefined) return set
    const marked = withSubcluster(set, community, db)
    db.release(set)
    return marked
  }
}

/**
 * `set` with `community`, if any, in place of subclusters that it has; held for the caller.
 */
export function withSubcluster(
  set: AttributeSet,
  community: Uint8Array | undefined,
  db: AttributeDb
): AttributeSet {
  const { memory, start, end } = set
  const kept: Uint8Array[] = community === undefined ? [] : [community]
  const at = attributeOf(set, AttributeCode.extendedCommunities)
  if (at >= 0) {
    for (let i = valueStart(memory, at); i < valueEnd(memory, at); i += extendedLength) {
      const each = memory.subarray(i, i + extendedLength)
      if (!isSubcluster(each)) kept.push(each)
    }
  }
  editor.from(memory, start, end).set(AttributeCode.extendedCommunities, Buffer.concat(kept)).finish()
  return db.intern(editor.bytes, 0, editor.end)
}

function isSubcluster(community: Uint8Array): boolean {
  const kind = extendedKindAt(community, 0)
  return kind === ExtendedKind.subcluster || kind === ExtendedKind.subclusterAs4
}

const editor = new AttributeEditor()
