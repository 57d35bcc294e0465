import type { Audience, Audiences } from '../../bgp/export/audience.js'
import type { Exporter, PackGroup, Verdict } from '../../bgp/export/exporter.js'
import type { Segment } from '../../bgp/export/receiver.js'
import type { AttributeDb } from '../../bgp/rib/attribute-db.js'
import { shareLoad } from '../../bgp/rib/best-path.js'
import type { Path } from '../../bgp/rib/path.js'
import type { Route } from '../../bgp/rib/route.js'
import { SourceKind } from '../../bgp/rib/source.js'
import type { Table } from '../../bgp/rib/table.js'
import type { AgentInstance } from '../instances.js'
import { MessageBuilder } from '../message.js'
import type { ExportContext } from './codec.js'
import type { SentNextHop, SentRoute, UnicastText } from './unicast-text.js'

/** Name of the virtual network of a path whose origin is not known. */
const unresolved = 'unresolved'

/** What all unicast tables of a node share. */
export interface UnicastExport {
  readonly text: UnicastText
  readonly attributes: AttributeDb
}

/**
 * Unicast routes towards agents (spec xmpp 5.2 to 5.5, spec routing 4.5): the best path with the next hops of all
 * paths that share its load, to every agent of the instance, the one that published the route included.
 */
export class UnicastExporter implements Exporter<SentRoute> {
  readonly key = 'xmpp'
  readonly routesPerSlice = 256
  readonly #builder: MessageBuilder
  readonly #group: PackGroup = { lane: 0, slot: 0 }

  constructor(
    private readonly table: Table,
    private readonly instance: AgentInstance,
    private readonly context: ExportContext,
    private readonly shared: UnicastExport,
    private readonly afi: number,
    private readonly safi: number
  ) {
    this.#builder = new MessageBuilder(`${afi}/${safi}/${instance.name}`)
  }

  evaluate(_table: Table, index: number, best: Path): SentRoute | undefined {
    if (this.context.suppressed(this.table, index)) return undefined
    const first = this.#nextHop(best)
    // Agents read the first next hop without asking whether there is one.
    if (first === undefined) return undefined
    const sent: [SentNextHop, ...SentNextHop[]] = [first]
    const settings = this.table.bestPathSettings
    for (let path = best.next; path !== undefined && shareLoad(best, path, settings); path = path.next) {
      const nextHop = this.#nextHop(path)
      if (nextHop !== undefined) sent.push(nextHop)
    }
    for (const { attributes } of sent) this.shared.attributes.hold(attributes)
    return sent
  }

  audience(_table: Table, _index: number, _best: Path, audiences: Audiences): Audience {
    return audiences.everyone
  }

  same(a: SentRoute, b: SentRoute): boolean {
    if (a.length !== b.length) return false
    for (let i = 0; i < a.length; i++) {
      const x = a[i]!
      const y = b[i]!
      if (x.attributes !== y.attributes || x.label !== y.label || x.virtualNetwork !== y.virtualNetwork)
        return false
    }
    return true
  }

  release(state: SentRoute): void {
    for (const { attributes } of state) this.shared.attributes.release(attributes)
  }

  /** Any items of a table may share a message. */
  groupOf(): PackGroup {
    return this.#group
  }

  explain(route: Route): Verdict {
    const best = route.best
    if (best === undefined) return { advertised: false, reason: 'no path' }
    if (!best.feasible) return { advertised: false, reason: 'the best path is infeasible' }
    if (this.context.suppressed(this.table, route.index))
      return { advertised: false, reason: 'it contributes to an aggregate' }
    if (this.#nextHop(best) === undefined)
      return { advertised: false, reason: 'the best path has no next hop' }
    return { advertised: true, reason: 'all routes of the instance go to its agents' }
  }

  beginAnnounce(): void {
    this.#builder.items()
  }

  announce(table: Table, index: number, state: SentRoute): void {
    this.#builder.item(this.shared.text.item(this.#print(table, index), this.afi, this.safi, state))
  }

  beginWithdraw(): void {
    this.#builder.retracts()
  }

  withdraw(table: Table, index: number): void {
    this.#builder.retract(this.#print(table, index))
  }

  end(): void {
    this.#builder.end()
  }

  take(): Segment | undefined {
    return this.#builder.take()
  }

  #print(table: Table, index: number): string {
    return table.family.print(table.keys, table.keyStart(index), table.keyEnd(index))
  }

  #nextHop(path: Path): SentNextHop | undefined {
    const { attributes, label } = path
    const { nextHopAfi, originVn } = this.shared.text.facts(attributes)
    if (nextHopAfi === 0) return undefined
    return { attributes, label, virtualNetwork: this.#virtualNetwork(path, originVn) }
  }

  /** The network that the destination belongs to: agents match their policies with it. */
  #virtualNetwork(path: Path, originVn: number): string {
    if (originVn > 0) return this.context.virtualNetworkName(originVn) ?? unresolved
    return originVn === 0 || isOriginatedHere(path) ? this.instance.virtualNetwork : unresolved
  }
}

/** Not a copy, and from a peer or the instance itself rather than from a service chain or a static route. */
function isOriginatedHere({ origin, source }: Path): boolean {
  const { kind } = source
  return (
    origin === undefined &&
    (kind === SourceKind.peer || kind === SourceKind.local || kind === SourceKind.aggregate)
  )
}
