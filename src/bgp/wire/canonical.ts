/**
 * The canonical form of a set of path attributes: the one encoding by which sets are compared, hashed and kept.
 *
 *   - the attributes one after the other as on the wire: flags, type, length, value (RFC 4271 §4.3), ascending by
 *     type, each type once; the Extended Length bit is set exactly when the value has more than 255 bytes, and the
 *     four low bits of the flags are 0;
 *   - AS_PATH and AGGREGATOR with 4-byte AS numbers, never AS4_PATH or AS4_AGGREGATOR (RFC 6793 §4.2.3 is done);
 *   - the next hop of every family as NEXT_HOP (type 3): 4 bytes, 16, or 32 (global and link-local); the RD of a
 *     VPN next hop, always 0, is left out. So equal next hops are equal bytes whichever family carried them;
 *   - neither MP_REACH_NLRI nor MP_UNREACH_NLRI;
 *   - community attributes of the three kinds sorted by value, without duplicates (routing.md 1.5);
 *   - unknown optional transitive attributes with the Partial bit set (RFC 4271 §5);
 *   - last, the internal attributes: what a path says beyond the wire. Their flags are `internalFlags`, which no
 *     attribute from the network can have.
 *
 * Towards a session with 4-byte AS numbers and NEXT_HOP in the classic place, the bytes in front of the internal
 * attributes go out with one copy.
 */

/** Path attribute type codes (IANA BGP Path Attributes; 241 to 243 are contrail-control's, routing.md 5.1). */
export const AttributeCode = {
  origin: 1,
  asPath: 2,
  nextHop: 3,
  multiExitDisc: 4,
  localPref: 5,
  atomicAggregate: 6,
  aggregator: 7,
  communities: 8,
  originatorId: 9,
  clusterList: 10,
  mpReachNlri: 14,
  mpUnreachNlri: 15,
  extendedCommunities: 16,
  as4Path: 17,
  as4Aggregator: 18,
  pmsiTunnel: 22,
  aigp: 26,
  largeCommunities: 32,
  onlyToCustomer: 35,
  edgeDiscovery: 241,
  edgeForwarding: 242,
  originVnPath: 243
} as const

export const optionalFlag = 0x80
export const transitiveFlag = 0x40
export const partialFlag = 0x20
export const extendedLengthFlag = 0x10

/** Flags of an internal attribute (one-byte length) and of one with a two-byte length. */
export const internalFlags = 0x01
export const internalExtendedFlags = 0x11

/** Type codes of internal attributes (routing.md 1.5). */
export const InternalCode = {
  /** 8 bytes: the route distinguisher under which an agent's route enters the VPN table (routing.md 2.7). */
  sourceRd: 1,
  /** Text: `interface`, `service-interface`, `bgpaas` … (routing.md 5.7). */
  subProtocol: 2,
  /** `Nlri.extra`: further labels, ESI, gateway. */
  nlriExtra: 3
} as const
