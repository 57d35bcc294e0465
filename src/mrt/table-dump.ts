/**
 * Tables as an MRT file: TABLE_DUMP_V2 (RFC 6396 §4.3), some routes per call. IPv4 and IPv6 unicast have records of
 * their own; the other families are RIB_GENERIC, a record per path, because labels are part of the NLRI there.
 *
 * Paths of neighbours have their neighbour's entry in the peer index; those of agents and of the node itself have
 * entry 0, which is this node. Paths that came with path identifiers have records of their own (RFC 8050 §4), with the
 * identifier in the entry, or in front of the NLRI where that is generic (§4.2).
 */
import type { Path } from '../bgp/rib/path.js'
import { Protocol, type Source } from '../bgp/rib/source.js'
import type { Table } from '../bgp/rib/table.js'
import { findInternal, valueEnd, valueStart } from '../bgp/wire/attributes.js'
import { AttributeCode, InternalCode, internalFlags, optionalFlag } from '../bgp/wire/canonical.js'
import type { Family } from '../bgp/wire/family.js'
import { wireNextHopLength, writeWireNextHop } from '../bgp/wire/next-hop.js'
import { Nlri } from '../bgp/wire/nlri.js'
import { Writer } from '../bgp/wire/writer.js'
import { bytesOf } from '../net/scoped-ip.js'
import { beginRecord, endRecord, MrtType } from './record.js'

export interface DumpPeer {
  readonly source: Source | undefined
  /** Printed. */
  readonly address: string
  readonly as: number
  readonly identifier: number
  /** Of which it sends path identifiers. */
  readonly addPath: ReadonlySet<Family>
}

/** RFC 6396 §4.3. */
const Subtype = { peerIndexTable: 1, inetUnicast: 2, inet6Unicast: 4, generic: 6 } as const
/** RFC 8050 §4. */
const addPathSubtype = { inet: 8, inet6: 10, generic: 12 } as const
const mostPeers = 65_535
const bytesPerCall = 256 * 1024
const routesPerCall = 1024
/** What one route may take; paths beyond it, thousands with the longest attributes, are left out. */
const routeRoom = 4 * 1024 * 1024
/** From here on not even one path more is sure to fit. */
const roomEnd = bytesPerCall + routeRoom - 128 * 1024

export class TableDump {
  readonly #out = new Writer(bytesPerCall + routeRoom)
  readonly #indexes = new Map<Source, number>()
  /** Sources whose paths have identifiers, of the table at hand. */
  readonly #withPathIds = new Set<Source>()
  readonly #nlri = new Nlri()
  #table = 0
  #route = 0
  #sequence = 0
  #begun = false

  /** `peers[0]` is this node. */
  constructor(
    private readonly tables: readonly Table[],
    private readonly peers: readonly DumpPeer[],
    private readonly wallClock: number
  ) {
    this.peers = peers.slice(0, mostPeers)
    for (const [index, { source }] of this.peers.entries())
      if (source !== undefined) this.#indexes.set(source, index)
  }

  /** The next records, none perhaps; undefined: the end. */
  next(): Uint8Array | undefined {
    const { tables } = this
    this.#out.at = 0
    if (!this.#begun) {
      this.#begun = true
      this.#peerIndexTable()
      return this.#taken()
    }
    if (this.#table === tables.length) return undefined
    const table = tables[this.#table]!
    if (this.#route === 0) this.#enter(table)
    const end = Math.min(this.#route + routesPerCall, table.indexEnd)
    while (this.#route < end && this.#out.at < bytesPerCall) {
      if (table.pathsAt(this.#route) !== undefined) this.#dump(table, this.#route)
      this.#route++
    }
    if (this.#route >= table.indexEnd) {
      this.#table++
      this.#route = 0
    }
    return this.#taken()
  }

  #enter({ family }: Table): void {
    this.#withPathIds.clear()
    for (const { source, addPath } of this.peers)
      if (source !== undefined && addPath.has(family)) this.#withPathIds.add(source)
  }

  #taken = (): Uint8Array => this.#out.bytes.slice(0, this.#out.at)

  #peerIndexTable(): void {
    const out = this.#out
    const start = this.#begin(Subtype.peerIndexTable)
    out.u32(this.peers[0]?.identifier ?? 0)
    out.u16(0)
    out.u16(this.peers.length)
    for (const { address, as, identifier } of this.peers) {
      const bytes = bytesOf(address) ?? new Uint8Array(4)
      out.u8(bytes.length === 16 ? 3 : 2)
      out.u32(identifier)
      out.copy(bytes)
      out.u32(as)
    }
    endRecord(out, start)
  }

  #dump(table: Table, index: number): void {
    const { name } = table.family
    if (name === 'inet' || name === 'inet6') {
      const isInet = name === 'inet'
      this.#unicast(table, index, isInet ? Subtype.inetUnicast : Subtype.inet6Unicast, false)
      this.#unicast(table, index, isInet ? addPathSubtype.inet : addPathSubtype.inet6, true)
      return
    }
    for (let path = table.pathsAt(index); path !== undefined; path = path.next) {
      const peer = this.#peerOf(path)
      if (peer >= 0 && this.#out.at < roomEnd) this.#generic(table, index, path, peer)
    }
  }

  /** The paths with identifiers, or those without, in one record; none when there are none. */
  #unicast(table: Table, index: number, subtype: number, withPathIds: boolean): void {
    const out = this.#out
    const start = this.#begin(subtype)
    this.#writeNlri(table, index)
    const countAt = out.at
    out.u16(0)
    let count = 0
    for (let path = table.pathsAt(index); path !== undefined; path = path.next) {
      const peer = this.#peerOf(path)
      if (peer < 0 || out.at >= roomEnd || this.#hasPathId(path) !== withPathIds) continue
      this.#entry(table, path, peer, withPathIds)
      count++
    }
    if (count === 0) {
      out.at = start
      this.#sequence--
      return
    }
    out.patchU16(countAt, count)
    endRecord(out, start)
  }

  #generic(table: Table, index: number, path: Path, peer: number): void {
    const start = this.#begin(this.#hasPathId(path) ? addPathSubtype.generic : Subtype.generic)
    this.#writeNlri(table, index, path)
    this.#out.u16(1)
    this.#entry(table, path, peer, false)
    endRecord(this.#out, start)
  }

  /** Of a neighbour that is away, and kept, what it had agreed on is not known any more. */
  #hasPathId = ({ source, pathId }: Path): boolean =>
    // What an agent's path has there was never on a wire.
    source.protocol === Protocol.bgp && (pathId !== 0 || this.#withPathIds.has(source))

  /** Sequence number and prefix; with AFI and SAFI where the record does not say them. */
  #writeNlri(table: Table, index: number, path?: Path): void {
    const { family } = table
    const nlri = this.#nlri
    nlri.reset().setKey(table.keys, table.keyStart(index), table.keyEnd(index))
    this.#out.u32(this.#sequence++)
    if (path !== undefined) {
      this.#out.u16(family.afi)
      this.#out.u8(family.safi)
      nlri.label = path.label
      nlri.l3Label = path.l3Label
      nlri.pathId = path.pathId
      const { bytes } = path.attributes
      const at = findInternal(bytes, 0, bytes.length, InternalCode.nlriExtra)
      if (at >= 0) {
        nlri.extra.set(bytes.subarray(valueStart(bytes, at), valueEnd(bytes, at)))
        nlri.extraLength = valueEnd(bytes, at) - valueStart(bytes, at)
      }
    }
    // In a generic record the path identifier is part of the NLRI, as on the wire (RFC 8050 §4.2, RFC 7911 §3).
    if (path !== undefined && this.#hasPathId(path)) this.#out.u32(path.pathId)
    family.write(this.#out, nlri, false)
  }

  /** -1: of a neighbour that was not there when the dump began, and so has no entry. */
  #peerOf({ source }: Path): number {
    return source.protocol === Protocol.bgp ? (this.#indexes.get(source) ?? -1) : 0
  }

  #entry(table: Table, path: Path, peer: number, withPathId: boolean): void {
    const out = this.#out
    out.u16(peer)
    out.u32(path.changedAt)
    if (withPathId) out.u32(path.pathId)
    const lengthAt = out.at
    out.u16(0)
    this.#attributes(table, path.attributes.bytes)
    out.patchU16(lengthAt, out.at - lengthAt - 2)
  }

  /** As they are kept, but for the next hop, which stands in a shortened MP_REACH_NLRI where it is not IPv4's (§4.3.4). */
  #attributes({ family }: Table, bytes: Uint8Array): void {
    const out = this.#out
    for (let at = 0; at < bytes.length; at = valueEnd(bytes, at)) {
      if (bytes[at] === internalFlags) break
      const start = valueStart(bytes, at)
      const end = valueEnd(bytes, at)
      if (bytes[at + 1] !== AttributeCode.nextHop || (family.name === 'inet' && end - start === 4)) {
        out.copy(bytes, at, end)
        continue
      }
      const length = wireNextHopLength(family, end - start)
      out.u8(optionalFlag)
      out.u8(AttributeCode.mpReachNlri)
      out.u8(length + 1)
      out.u8(length)
      out.at = writeWireNextHop(family, bytes, start, end, out.bytes, out.at)
    }
  }

  #begin(subtype: number): number {
    return beginRecord(this.#out, MrtType.tableDumpV2, subtype, this.wallClock)
  }
}
