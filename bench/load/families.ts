/** How the load generator numbers the prefixes of a family, and how it writes and reads them. */
export interface FamilyLoad {
  readonly afi: number
  readonly safi: number
  /** Bytes of one NLRI on the wire; all have the same. */
  readonly nlriBytes: number
  write(into: Buffer, at: number, index: number, withdraw: boolean): void
  /** The number of the prefix at `at`; anything else than ours gives a number that is out of range. */
  index(bytes: Buffer, at: number): number
}

/** /24s from 16.0.0.0 on. */
const inetBase = 16 << 16

const inet: FamilyLoad = {
  afi: 1,
  safi: 1,
  nlriBytes: 4,
  write(into, at, index) {
    into.writeUInt32BE(24 * 2 ** 24 + inetBase + index, at)
  },
  index: (bytes, at) =>
    bytes[at] === 24
      ? ((bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) - inetBase
      : Number.NaN
}

const as = 64512
/** Prefixes under one route distinguisher; all of them hold the same 200. */
export const perRd = 200

const vpnv4: FamilyLoad = {
  afi: 1,
  safi: 128,
  nlriBytes: 15,
  write(into, at, index, withdraw) {
    const vrf = Math.floor(index / perRd)
    into[at] = 24 + 64 + 24
    into.writeUIntBE(withdraw ? 0x800000 : ((16 + vrf) << 4) | 1, at + 1, 3)
    into.writeUInt32BE(as, at + 4) // type 0, then the AS number
    into.writeUInt32BE(vrf + 1, at + 8)
    into[at + 12] = 20
    into[at + 13] = 0
    into[at + 14] = index % perRd
  },
  index: (bytes, at) =>
    bytes[at] === 112 && bytes[at + 12] === 20
      ? (bytes.readUInt32BE(at + 8) - 1) * perRd + bytes[at + 14]!
      : Number.NaN
}

/** Type 2, MAC and IPv4 address: the number is in the MAC address. */
const evpn: FamilyLoad = {
  afi: 25,
  safi: 70,
  nlriBytes: 39,
  write(into, at, index) {
    const evi = Math.floor(index / perRd)
    into.fill(0, at, at + 39)
    into[at] = 2
    into[at + 1] = 37
    into.writeUInt32BE(as, at + 2)
    into.writeUInt32BE(evi + 1, at + 6)
    into[at + 24] = 48
    into.writeUInt16BE(0x0200, at + 25)
    into.writeUInt32BE(index, at + 27)
    into[at + 31] = 32
    into.writeUInt32BE(0x0b000000 + index, at + 32)
    into.writeUIntBE(1000 + evi, at + 36, 3)
  },
  index: (bytes, at) =>
    bytes[at] === 2 && bytes[at + 1] === 37 && bytes[at + 25] === 2 ? bytes.readUInt32BE(at + 27) : Number.NaN
}

export const families = { inet, vpnv4, evpn } as const
export type FamilyName = keyof typeof families
