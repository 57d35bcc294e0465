/** What a path says once its next hop is resolved through a path of that next hop's host route (spec routing 6.3). */
import type { AttributeDb } from '../bgp/rib/attribute-db.js'
import { type AttributeSet, attributeOf } from '../bgp/rib/attribute-set.js'
import { AttributeEditor } from '../bgp/wire/attribute-editor.js'
import { valueEnd, valueStart } from '../bgp/wire/attributes.js'
import { AttributeCode, InternalCode } from '../bgp/wire/canonical.js'
import { ExtendedKind, extendedKindAt, extendedLength, isSourceAs } from '../bgp/wire/ext-communities.js'

/**
 * `original`, with next hop, source RD and what belongs to forwarding from `via`. The set is held for the caller.
 * `rd` is the source RD of `via`.
 */
export function resolvedAttributes(
  original: AttributeSet,
  via: AttributeSet,
  rd: Uint8Array,
  db: AttributeDb
): AttributeSet {
  const communities = resolvedCommunities(communitiesOf(original), communitiesOf(via))
  editor.from(original.memory, original.start, original.end)
  const nextHop = attributeOf(via, AttributeCode.nextHop)
  editor.set(
    AttributeCode.nextHop,
    via.memory,
    valueStart(via.memory, nextHop),
    valueEnd(via.memory, nextHop)
  )
  if (communities !== undefined) editor.set(AttributeCode.extendedCommunities, communities)
  editor.setInternal(InternalCode.sourceRd, rd).finish()
  return db.intern(editor.bytes, 0, editor.end)
}

/** Undefined: those of the original stay as they are. */
function resolvedCommunities(
  original: readonly Uint8Array[],
  via: readonly Uint8Array[]
): Uint8Array | undefined {
  if (via.length === 0) return undefined
  const sourceAs = via.findLast(community => isSourceAs(community, 0))
  const loadBalance = via.find(community => kindOf(community) === ExtendedKind.loadBalance)
  const routerMac = via.find(community => kindOf(community) === ExtendedKind.routerMac)
  const kept = original.filter(
    community =>
      !isForwarding(community) &&
      !(sourceAs !== undefined && isSourceAs(community, 0)) &&
      !(loadBalance !== undefined && kindOf(community) === ExtendedKind.loadBalance)
  )
  const taken = via.filter(isForwarding)
  const imports = via.filter(community => kindOf(community) === ExtendedKind.vrfRouteImport)
  const single = [sourceAs, loadBalance, routerMac].filter(community => community !== undefined)
  return Buffer.concat([...kept, ...taken, ...imports.map(targetOf), ...single])
}

/** Security groups and encapsulations are those of the way there, even if it has none. */
function isForwarding(community: Uint8Array): boolean {
  const kind = kindOf(community)
  return (
    kind === ExtendedKind.securityGroup ||
    kind === ExtendedKind.securityGroupAs4 ||
    kind === ExtendedKind.encapsulation
  )
}

/** VRF route import `address:index` (RFC 6514 §7) as the route target `target:address:index`. */
function targetOf(routeImport: Uint8Array): Uint8Array {
  const target = routeImport.slice()
  target[1] = 0x02
  return target
}

const kindOf = (community: Uint8Array): number => extendedKindAt(community, 0)

function communitiesOf(set: AttributeSet): Uint8Array[] {
  const { memory } = set
  const at = attributeOf(set, AttributeCode.extendedCommunities)
  const communities: Uint8Array[] = []
  if (at < 0) return communities
  for (let i = valueStart(memory, at); i < valueEnd(memory, at); i += extendedLength)
    communities.push(memory.slice(i, i + extendedLength))
  return communities
}

const editor = new AttributeEditor()
