/** Extended communities (RFC 4360) where they lie in canonical attributes, and a list of them in the making. */
import { findAttribute, valueEnd, valueStart } from '../bgp/wire/attributes.js'
import { AttributeCode } from '../bgp/wire/canonical.js'
import { sortElements } from '../bgp/wire/sorted-elements.js'

export const communityLength = 8

/** Offset of the first extended community; -1 where there is none. */
export function startOfCommunities(bytes: Uint8Array): number {
  const at = findAttribute(bytes, 0, bytes.length, AttributeCode.extendedCommunities)
  if (at < 0) return -1
  const start = valueStart(bytes, at)
  return start < valueEnd(bytes, at) ? start : -1
}

/** Offset behind the last one, when the first is at `start`. */
export function endOfCommunities(bytes: Uint8Array, start: number): number {
  const at = findAttribute(bytes, 0, bytes.length, AttributeCode.extendedCommunities)
  return start < 0 ? start : valueEnd(bytes, at)
}

/** A list that is being put together; used again and again. */
export class CommunityList {
  bytes = new Uint8Array(1024)
  end = 0

  /** Starts from those of the canonical attributes. */
  from(attributes: Uint8Array): this {
    this.end = 0
    const start = startOfCommunities(attributes)
    if (start < 0) return this
    const end = endOfCommunities(attributes, start)
    this.#room(end - start)
    this.bytes.set(attributes.subarray(start, end))
    this.end = end - start
    return this
  }

  copy(other: CommunityList): this {
    this.end = 0
    this.#room(other.end)
    this.bytes.set(other.bytes.subarray(0, other.end))
    this.end = other.end
    return this
  }

  /** The order is lost until `sort`. */
  add(community: Uint8Array): this {
    this.#room(communityLength)
    this.bytes.set(community, this.end)
    this.end += communityLength
    return this
  }

  removeAll(unwanted: (bytes: Uint8Array, at: number) => boolean): this {
    let to = 0
    for (let at = 0; at < this.end; at += communityLength) {
      if (unwanted(this.bytes, at)) continue
      if (to !== at) this.bytes.copyWithin(to, at, at + communityLength)
      to += communityLength
    }
    this.end = to
    return this
  }

  /** Canonical order, without duplicates. */
  sort(): this {
    this.end = sortElements(this.bytes, 0, this.end, communityLength)
    return this
  }

  #room(length: number): void {
    if (this.end + length <= this.bytes.length) return
    const bytes = new Uint8Array(Math.max(this.bytes.length * 2, this.end + length))
    bytes.set(this.bytes.subarray(0, this.end))
    this.bytes = bytes
  }
}
