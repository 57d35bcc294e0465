import type { Exporter } from '../../bgp/export/exporter.js'
import type { Table } from '../../bgp/rib/table.js'
import type { FamilyName } from '../../bgp/wire/family.js'
import type { AgentInstance } from '../instances.js'
import type { XmlElement } from '../xml.js'
import type { ItemError } from './unicast.js'
import type { ReceiveContext, ReceivedPath } from './unicast-attributes.js'

/** One item from an agent, read as far as its key; what a withdrawal does not need is read on demand. */
export interface ReceivedItem {
  readonly key: Uint8Array
  path(context: ReceiveContext): ReceivedPath | ItemError
}

/** What the making of items depends on besides routes. */
export interface ExportContext {
  virtualNetworkName(index: number): string | undefined
  /** The route only contributes to an aggregate: agents get the aggregate alone (spec xmpp 5.5). */
  suppressed(table: Table, index: number): boolean
}

/**
 * One kind of entry: how a family's routes come from agents and go to them. Adding one is adding such a descriptor
 * and its row in `codecs.ts`; nothing else asks which family an item is.
 */
export interface EntryCodec {
  /** As in node strings; for some families agents have numbers of their own (spec xmpp 4.2). */
  readonly afi: number
  readonly safi: number
  /** Of the table that the routes live in. */
  readonly family: FamilyName
  read(item: XmlElement, node: string): ReceivedItem | ItemError
  /** Policy and encoding towards agents for one table of the instance. */
  exporter(table: Table, instance: AgentInstance, context: ExportContext): Exporter<unknown>
}
