import type { Table } from '../bgp/rib/table.js'
import { PathResolver, type ResolverContext } from './path-resolver.js'

/** What this room needs of a routing instance. */
export interface ResolvingInstance {
  readonly name: string
  table(family: 'inet' | 'inet6'): Table | undefined
}

/** The resolvers of a node: in instances in which somebody's next hops have to be resolved, and nowhere else. */
export class PathResolvers {
  readonly #byInstance = new Map<ResolvingInstance, PathResolver>()

  constructor(
    private readonly find: (name: string) => ResolvingInstance | undefined,
    private readonly context: ResolverContext
  ) {}

  [Symbol.iterator](): IterableIterator<PathResolver> {
    return this.#byInstance.values()
  }

  /** Resolves in the instances of these names, as far as they are there, and in no others any more. */
  keep(names: ReadonlySet<string>): void {
    for (const [instance, resolver] of this.#byInstance) {
      if (names.has(instance.name) && this.find(instance.name) === instance) continue
      resolver.stop()
      this.#byInstance.delete(instance)
    }
    for (const name of names) {
      const instance = this.find(name)
      const inet = instance?.table('inet')
      const inet6 = instance?.table('inet6')
      if (instance === undefined || inet === undefined || inet6 === undefined) continue
      if (!this.#byInstance.has(instance))
        this.#byInstance.set(instance, new PathResolver(inet, inet6, this.context))
    }
  }
}
