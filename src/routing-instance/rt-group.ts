/**
 * Who imports and exports a route target (spec routing 2.1). All of an instance's tables take part, and so does the
 * VPN table of each family, both ways, as long as one instance does: a path whose targets match no local instance
 * is copied nowhere.
 */
import type { RoutingInstance } from './instance.js'
import type { TargetKey } from './target-key.js'

/** Something that has paths to copy: a table's replicator. */
export interface TargetUser {
  /** What a target stands for has changed: paths have to be looked at again, in slices. */
  invalidate(): void
}

export class RtGroup {
  readonly target: TargetKey
  readonly importers = new Set<RoutingInstance>()
  readonly exporters = new Set<RoutingInstance>()
  /** Tables in which paths carry the target themselves, with how many distinct attribute sets do. */
  readonly carriers = new Map<TargetUser, number>()

  constructor(target: TargetKey) {
    this.target = target
  }

  /** The VPN tables take part. */
  get hasMembers(): boolean {
    return this.importers.size > 0 || this.exporters.size > 0
  }

  get unused(): boolean {
    return !this.hasMembers && this.carriers.size === 0
  }
}

/** The groups of a node; each exists while somebody uses it (spec routing 3.7). */
export class RtGroups {
  readonly #groups = new Map<TargetKey, RtGroup>()

  get size(): number {
    return this.#groups.size
  }

  get(target: TargetKey): RtGroup | undefined {
    return this.#groups.get(target)
  }

  [Symbol.iterator](): IterableIterator<RtGroup> {
    return this.#groups.values()
  }

  addImporter(target: TargetKey, instance: RoutingInstance): void {
    this.#open(target).importers.add(instance)
  }

  addExporter(target: TargetKey, instance: RoutingInstance): void {
    this.#open(target).exporters.add(instance)
  }

  removeImporter(target: TargetKey, instance: RoutingInstance): void {
    const group = this.#groups.get(target)
    if (group?.importers.delete(instance)) this.#close(group)
  }

  removeExporter(target: TargetKey, instance: RoutingInstance): void {
    const group = this.#groups.get(target)
    if (group?.exporters.delete(instance)) this.#close(group)
  }

  /** One more, or one less, attribute set with the target is to be copied from the user's table. */
  carry(target: TargetKey, user: TargetUser, by: 1 | -1): void {
    const group = this.#open(target)
    const count = (group.carriers.get(user) ?? 0) + by
    if (count > 0) {
      group.carriers.set(user, count)
    } else {
      group.carriers.delete(user)
      this.#close(group)
    }
  }

  #open(target: TargetKey): RtGroup {
    let group = this.#groups.get(target)
    if (group === undefined) this.#groups.set(target, (group = new RtGroup(target)))
    return group
  }

  #close(group: RtGroup): void {
    if (group.unused) this.#groups.delete(group.target)
  }
}
