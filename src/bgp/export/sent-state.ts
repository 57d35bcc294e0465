import { grown } from '../rib/grown.js'
import { ObjectColumn } from '../rib/object-column.js'
import type { Table } from '../rib/table.js'
import type { Audience } from './audience.js'
import type { Receiver } from './receiver.js'

/**
 * What the receivers of a rib-out that are in step have been told, in columns beside the table's: state, audience
 * and labels by route index. A route with a state is held in the table.
 */
export class SentState<State> {
  readonly #states = new ObjectColumn<State>()
  readonly #audiences = new ObjectColumn<Audience>()
  #labels: Int32Array | undefined
  #l3Labels: Int32Array | undefined
  readonly #everyone: Audience
  /** Routes that are announced to all but a few. */
  #toMost = 0
  /** The audiences with routes that name a receiver, to include it or to leave it out. */
  readonly #naming = new Map<Receiver, Set<Audience>>()

  constructor(table: Table, everyone: Audience) {
    this.#everyone = everyone
    if (table.family.labeled) this.#labels = new Int32Array(16)
    if (table.family.name === 'evpn') this.#l3Labels = new Int32Array(16)
  }

  /** Routes that are announced to someone. */
  get count(): number {
    return this.#states.size
  }

  state(index: number): State | undefined {
    return this.#states.get(index)
  }

  audience(index: number): Audience {
    return this.#audiences.get(index) ?? this.#everyone
  }

  label(index: number): number {
    return this.#labels === undefined ? 0 : this.#labels[index]!
  }

  l3Label(index: number): number {
    return this.#l3Labels === undefined ? -1 : this.#l3Labels[index]!
  }

  labelsAre(index: number, label: number, l3Label: number): boolean {
    return (
      (this.#labels === undefined || this.#labels[index] === label) &&
      (this.#l3Labels === undefined || this.#l3Labels[index] === l3Label)
    )
  }

  set(index: number, state: State, audience: Audience, label: number, l3Label: number): void {
    if (this.#states.get(index) !== undefined) this.#uncount(this.audience(index))
    this.#count(audience)
    this.#states.set(index, state)
    if (audience === this.#everyone) this.#audiences.clear(index)
    else this.#audiences.set(index, audience)
    if (this.#labels !== undefined) {
      if (index >= this.#labels.length) this.#labels = grown(this.#labels, index)
      this.#labels[index] = label
    }
    if (this.#l3Labels !== undefined) {
      if (index >= this.#l3Labels.length) this.#l3Labels = grown(this.#l3Labels, index)
      this.#l3Labels[index] = l3Label
    }
  }

  /** Others are told of the route than was thought. */
  setAudience(index: number, audience: Audience): void {
    this.set(index, this.#states.get(index)!, audience, this.label(index), this.l3Label(index))
  }

  clear(index: number): void {
    this.#uncount(this.audience(index))
    this.#states.clear(index)
    this.#audiences.clear(index)
  }

  /** Routes that are announced to the receiver. */
  countFor(receiver: Receiver): number {
    let routes = this.#toMost
    for (const { allBut, routes: some } of this.#naming.get(receiver) ?? []) routes += allBut ? -some : some
    return routes
  }

  /** One behind the largest index with a state. */
  get end(): number {
    return this.#states.end
  }

  #count(audience: Audience): void {
    if (audience.allBut) this.#toMost++
    if (audience.routes++ > 0) return
    for (const member of audience.members) {
      const naming = this.#naming.get(member)
      if (naming === undefined) this.#naming.set(member, new Set([audience]))
      else naming.add(audience)
    }
  }

  #uncount(audience: Audience): void {
    if (audience.allBut) this.#toMost--
    if (--audience.routes > 0) return
    for (const member of audience.members) {
      const naming = this.#naming.get(member)!
      naming.delete(audience)
      if (naming.size === 0) this.#naming.delete(member)
    }
  }
}
