/**
 * What a client of BGP as a service may not say of its routes (docs/decisions/0018): whatever the overlay itself goes by.
 * With a route target a machine would put routes into networks that have nothing to do with its own.
 */
import type { AttributeEditor } from '../wire/attribute-editor.js'
import { AttributeCode } from '../wire/canonical.js'
import {
  ExtendedKind,
  extendedKindAt,
  extendedLength,
  isRouteTarget,
  isSourceAs
} from '../wire/ext-communities.js'
import { isTag, largeLength } from '../wire/large-communities.js'

/** Route origin, and what this node knows nothing of, stays. */
const overlayKinds: ReadonlySet<number> = new Set(Object.values(ExtendedKind))

/** Attributes that say how to forward, or where a route belongs, to those who take VPN routes. */
const overlayAttributes: readonly number[] = [
  AttributeCode.pmsiTunnel,
  /** TUNNEL_ENCAPSULATION (RFC 9012 §11: not over the border of a domain). */
  23,
  /** IPV6_EXTENDED_COMMUNITIES, route targets among them (RFC 5701). */
  25,
  /** PREFIX_SID (RFC 8669 §5). */
  40,
  /** ATTR_SET (RFC 6368). */
  128,
  AttributeCode.edgeDiscovery,
  AttributeCode.edgeForwarding,
  AttributeCode.originVnPath
]

/** The counterpart of `stripForTenant`, on receipt. */
export function stripOverlay(editor: AttributeEditor): void {
  for (const code of overlayAttributes) editor.remove(code)
  keep(editor, AttributeCode.extendedCommunities, extendedLength, (value, at) => !isOverlay(value, at))
  keep(editor, AttributeCode.largeCommunities, largeLength, (value, at) => !isTag(value, at))
}

/** Where the client is trusted: its subcluster is the node's all the same, and none where the node has none. */
export function stripSubclusters(editor: AttributeEditor): void {
  keep(editor, AttributeCode.extendedCommunities, extendedLength, (value, at) => {
    const kind = extendedKindAt(value, at)
    return kind !== ExtendedKind.subcluster && kind !== ExtendedKind.subclusterAs4
  })
}

function isOverlay(value: Uint8Array, at: number): boolean {
  return isRouteTarget(value, at) || isSourceAs(value, at) || overlayKinds.has(extendedKindAt(value, at))
}

function keep(
  editor: AttributeEditor,
  code: number,
  width: number,
  stays: (value: Uint8Array, at: number) => boolean
): void {
  const value = editor.value(code)
  if (value === undefined) return
  let end = 0
  for (let at = 0; at < value.length; at += width) {
    if (!stays(value, at)) continue
    value.copyWithin(end, at, at + width)
    end += width
  }
  if (end < value.length) editor.set(code, value, 0, end)
}
