/**
 * What a client of BGP as a service is told of a route of its network (spec routing 4.9): route targets, security
 * groups and encapsulations are the overlay's own affair.
 */
import type { AttributeEditor } from '../wire/attribute-editor.js'
import { AttributeCode } from '../wire/canonical.js'
import { ExtendedKind, extendedKindAt, extendedLength } from '../wire/ext-communities.js'
import type { FamilyName } from '../wire/family.js'

/** Of the extended communities IPv4 routes keep the first origin VN, as contrail-control has it, and others none. */
export function stripForTenant(family: FamilyName, editor: AttributeEditor): void {
  editor.remove(AttributeCode.originVnPath)
  const communities = editor.value(AttributeCode.extendedCommunities)
  if (communities === undefined) return
  const origin = family === 'inet' ? firstOriginVn(communities) : -1
  if (origin < 0) editor.remove(AttributeCode.extendedCommunities)
  else editor.set(AttributeCode.extendedCommunities, communities, origin, origin + extendedLength)
}

function firstOriginVn(communities: Uint8Array): number {
  for (let at = 0; at < communities.length; at += extendedLength) {
    const kind = extendedKindAt(communities, at)
    if (kind === ExtendedKind.originVn || kind === ExtendedKind.originVnAs4) return at
  }
  return -1
}
