import type { AttributeEditor } from '../wire/attribute-editor.js'
import { AttributeCode } from '../wire/canonical.js'

/** Communities by the attribute that carries them: RFC 1997, RFC 4360 and RFC 8092. */
export const CommunityKind = { standard: 1, extended: 2, large: 4 } as const

/** Takes kinds away (`CommunityKind` bits) from what a receiver is told. */
export function withholdCommunities(kinds: number, editor: AttributeEditor): void {
  if ((kinds & CommunityKind.standard) !== 0) editor.remove(AttributeCode.communities)
  if ((kinds & CommunityKind.extended) !== 0) editor.remove(AttributeCode.extendedCommunities)
  if ((kinds & CommunityKind.large) !== 0) editor.remove(AttributeCode.largeCommunities)
}
