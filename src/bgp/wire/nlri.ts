/**
 * One NLRI, as a family's `read` leaves it and its `write` takes it: a scratch object that is filled again and
 * again. What identifies the route is the key; labels, ESI and gateway are what the path says about it.
 *
 * `key` is the prefix: canonical bytes, unique for the family, comparable byte by byte in print order, without
 * path id and labels. It is what tables hash, so no object is made per prefix (docs/decisions/0002). A table sets
 * aside room for the longest key for each one where keys differ in length, so the maximum is no larger than the
 * longest known route, an MVPN leaf with IPv6 throughout (77), and the longest EVPN one that is kept as opaque, a
 * leave synch route (RFC 9251 §9.3, 80).
 */
export const maximumKeyLength = 80

export class Nlri {
  readonly key = new Uint8Array(maximumKeyLength)
  /** 0 after a `read` without error: the NLRI is to be passed over, for the reason in `skipped`. */
  keyLength = 0
  /** ADD-PATH identifier (RFC 7911); 0 where not negotiated. */
  pathId = 0
  /** The 24 bits of the (first) label field as on the wire: MPLS label << 4 | bottom-of-stack, or a VNI. */
  label = 0
  /** EVPN's second label field likewise (RFC 7432 §7.2, RFC 9135); -1 where there is none. */
  l3Label = -1
  /**
   * What the NLRI says about the path beyond labels: further labels of a stack, ESI, gateway address, in the
   * family's own layout; empty for nearly all. It travels as an internal attribute of the path.
   */
  readonly extra = new Uint8Array(64)
  extraLength = 0
  /**
   * Why the NLRI just read is to be passed over: its type is unknown, or its inside is wrong while its length is
   * good, so that the next one can be read (RFC 7606 §5.4). Holds only while `keyLength` is 0.
   */
  skipped = ''

  /** Labels that the peer may put before one prefix (RFC 8277 §2.1); for whoever reads to set, `reset` keeps it. */
  maximumLabels = 1
  /** Keep typed NLRI of unknown type as opaque keys, to be reflected; likewise. */
  keepUnknown = false

  /** Takes a key that is in memory, e.g. for `write`. */
  setKey(bytes: Uint8Array, start = 0, end = bytes.length): this {
    for (let i = start; i < end; i++) this.key[i - start] = bytes[i]!
    this.keyLength = end - start
    return this
  }

  /** A copy of the key that stays. */
  copyKey(): Uint8Array {
    return this.key.slice(0, this.keyLength)
  }

  reset(): this {
    this.pathId = 0
    return this.clear()
  }

  /** All that a family's `read` sets, which is all but the path id. */
  clear(): this {
    this.keyLength = 0
    this.label = 0
    this.l3Label = -1
    this.extraLength = 0
    return this
  }
}
