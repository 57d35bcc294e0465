/**
 * Gateway-less forwarding: an agent announces a pod twice, in its own instance and, without labels or communities,
 * in the master instance. The plain route gets the origin VN of its twin in the VPN table, which agents and policy
 * need (spec routing 6.6). When the twin goes, or is no longer copied because another compute node's is better, the
 * origin VN stays: packets still come from that pod until its agent takes the plain route back (docs/decisions/0006).
 */
import type { AttributeDb } from '../bgp/rib/attribute-db.js'
import type { Path } from '../bgp/rib/path.js'
import { Protocol } from '../bgp/rib/source.js'
import type { Table } from '../bgp/rib/table.js'
import { AttributeEditor } from '../bgp/wire/attribute-editor.js'
import { findAttribute, findInternal, valueEnd, valueStart } from '../bgp/wire/attributes.js'
import { AttributeCode, InternalCode } from '../bgp/wire/canonical.js'
import { ExtendedKind, extendedKindAt } from '../bgp/wire/ext-communities.js'

const rdLength = 8
const communityLength = 8

/** `inet` and `vpn` are the master's tables of one address family. */
export function followTwins(inet: Table, vpn: Table, attributes: AttributeDb): void {
  const origin = new FabricOrigin(inet, vpn, attributes)
  const plain = { routeChanged: (index: number) => origin.follow(index) }
  let listens = false
  vpn.addListener({
    routeChanged: index => {
      // A full table in inet, and nothing in vpn, has no twins: it is not listened to.
      if (listens !== vpn.size > 0) {
        listens = !listens
        if (listens) inet.addListener(plain)
        else inet.removeListener(plain)
      }
      origin.twinChanged(index)
    }
  })
}

class FabricOrigin {
  readonly #inet: Table
  readonly #vpn: Table
  readonly #attributes: AttributeDb
  readonly #key: Uint8Array

  constructor(inet: Table, vpn: Table, attributes: AttributeDb) {
    this.#inet = inet
    this.#vpn = vpn
    this.#attributes = attributes
    this.#key = new Uint8Array(rdLength + inet.family.keyLength)
  }

  twinChanged(index: number): void {
    if (this.#inet.size === 0) return
    const plain = this.#inet.indexOf(
      this.#vpn.keys,
      this.#vpn.keyStart(index) + rdLength,
      this.#vpn.keyEnd(index)
    )
    if (plain >= 0) this.follow(plain)
  }

  follow(index: number): void {
    for (let path = this.#inet.pathsAt(index); path !== undefined; path = path.next) {
      if (path.source.protocol !== Protocol.xmpp || path.origin !== undefined) continue
      const { memory, start, end } = path.attributes
      const rd = findInternal(memory, start, end, InternalCode.sourceRd)
      if (rd < 0) continue
      const twin = this.#twinOf(index, path, valueStart(memory, rd))
      if (twin === undefined) continue
      const origin = originOf(twin)
      if (sameBytes(origin, originOf(path))) continue
      this.#setOrigin(index, path, origin)
      return
    }
  }

  /** The same agent's path on the same prefix, under the RD that the plain path names. */
  #twinOf(index: number, { source, attributes }: Path, rd: number): Path | undefined {
    const key = this.#key
    const start = this.#inet.keyStart(index)
    for (let i = 0; i < rdLength; i++) key[i] = attributes.memory[rd + i]!
    for (let i = 0; i < key.length - rdLength; i++) key[rdLength + i] = this.#inet.keys[start + i]!
    for (let path = this.#vpn.find(key)?.paths; path !== undefined; path = path.next) {
      if (path.source === source) return path
    }
    return undefined
  }

  #setOrigin(index: number, path: Path, origin: Uint8Array): void {
    const { source, attributes, flags, pathId, label, l3Label } = path
    editor.from(attributes.memory, attributes.start, attributes.end)
    const communities = Buffer.concat([...otherCommunities(path), ...slices(origin)].sort(Buffer.compare))
    if (communities.length > 0) editor.set(AttributeCode.extendedCommunities, communities)
    else editor.remove(AttributeCode.extendedCommunities)
    editor.finish()
    const changed = this.#attributes.intern(editor.bytes, 0, editor.end)
    const key = this.#inet.keys.slice(this.#inet.keyStart(index), this.#inet.keyEnd(index))
    // Telling the table tells us again; what is left to do on this route is done then.
    this.#inet.update(key, 0, key.length, source, changed, flags, pathId, label, l3Label)
    this.#attributes.release(changed)
  }
}

/** The origin VN communities of a path: one, two for a pair (spec routing 5.3), or none. */
function originOf(path: Path): Uint8Array {
  return Buffer.concat(communitiesOf(path).filter(isOrigin))
}

function otherCommunities(path: Path): Uint8Array[] {
  return communitiesOf(path).filter(community => !isOrigin(community))
}

function communitiesOf({ attributes: { bytes } }: Path): Uint8Array[] {
  const at = findAttribute(bytes, 0, bytes.length, AttributeCode.extendedCommunities)
  return at < 0 ? [] : slices(bytes.subarray(valueStart(bytes, at), valueEnd(bytes, at)))
}

function slices(bytes: Uint8Array): Uint8Array[] {
  const communities: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += communityLength) {
    communities.push(bytes.subarray(at, at + communityLength))
  }
  return communities
}

function isOrigin(community: Uint8Array): boolean {
  const kind = extendedKindAt(community, 0)
  return kind === ExtendedKind.originVn || kind === ExtendedKind.originVnAs4
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

const editor = new AttributeEditor()
