import type { Nlri } from './nlri.js'
import type { Reader } from './reader.js'
import type { Writer } from './writer.js'

export type FamilyName =
  | 'inet'
  | 'inet6'
  | 'inet-labeled'
  | 'inet6-labeled'
  | 'inet-vpn'
  | 'inet6-vpn'
  | 'evpn'
  | 'route-target'
  | 'erm-vpn'
  | 'mvpn'
  | 'mvpn6'

/** What follows from the address part of a family's key. */
export type NextHopForm = 'inet' | 'inet6' | 'inet-vpn' | 'inet6-vpn'

/**
 * An (AFI, SAFI): its code points, its NLRI codec and the printable form of its prefixes. Adding a family is adding
 * a file under `family/` and a row in `families.ts`; nothing else asks which family it is.
 */
export interface Family {
  readonly name: FamilyName
  readonly afi: number
  readonly safi: number
  /**
   * Suffix of its tables: `<instance>.<suffix>` in an ordinary instance (spec routing 1.1). The families that live
   * in the master instance only have the suffix of that one table, `l3vpn.0` for `bgp.l3vpn.0`.
   */
  readonly tableSuffix: string
  /** Name of its table in the master instance. */
  readonly masterTable: string
  /** Bytes of the longest key; all keys of a family with `fixedKeyLength` have exactly this length. */
  readonly keyLength: number
  readonly fixedKeyLength: boolean
  /** How a next hop is written in MP_REACH_NLRI (RFC 4760 §3, RFC 4659 §3.2, RFC 8950). */
  readonly nextHopForm: NextHopForm
  /** An NLRI carries an MPLS label or VNI. */
  readonly labeled: boolean
  /**
   * Reads one NLRI (behind the path id, which the caller has read) into `into`, of which all but `pathId` is set.
   * An error that leaves the rest of the field unreadable is left in `from` (`from.error`), with the kind
   * `from.short`: the classic field and MP_REACH_NLRI have different codes for it. `into` is then meaningless.
   * An NLRI that is wrong by itself gives `keyLength` 0 and no error. Each call without error reads at least one
   * byte. A withdrawn NLRI may carry any label (RFC 8277 §2.4).
   */
  read(from: Reader, into: Nlri, withdrawn: boolean): void
  /**
   * Writes one NLRI (behind the path id). A withdrawal has the one label field `nlri.label`; 0 stands for what the
   * family's RFC asks for: 0x800000 (RFC 8277 §2.4), and 0 for EVPN. contrail-control writes 1 everywhere.
   */
  write(to: Writer, nlri: Nlri, withdrawn: boolean): void
  /** The prefix for people, e.g. `10.1.2.3/32`, `10.20.0.7:4:10.1.1.0/24`. */
  print(key: Uint8Array, start: number, end: number): string
  /** The key of a printed prefix; `undefined` where the text is none. */
  parse(text: string): Uint8Array | undefined
}
