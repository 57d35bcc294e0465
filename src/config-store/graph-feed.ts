/** Brings what a store tells into the graph, in slices: keepalives do not wait for a large configuration. */
import type { ConfigObject } from '../ifmap/config-object.js'
import type { Graph } from '../ifmap/graph.js'
import type { Origin } from '../ifmap/node.js'
import type { Scheduler } from '../runtime/scheduler.js'
import type { ConfigProblem, ConfigStoreListener, ObjectDifference } from './config-store.js'

export interface GraphFeedOptions {
  readonly graph: Graph
  readonly scheduler: Scheduler
  /** What the objects count as; `store` by default. */
  readonly origin?: Origin
  /** The first reading is in the graph. */
  readonly endOfConfig: () => void
  readonly problemsChanged?: (problems: readonly ConfigProblem[]) => void
  /** Objects per slice, 1000 by default. */
  readonly objectsPerSlice?: number
}

/** Without an object: a removal. */
interface Step {
  readonly type: string
  readonly name: string
  readonly object: ConfigObject | undefined
}

export class GraphFeed implements ConfigStoreListener {
  readonly #queue: Step[] = []
  #next = 0
  #scheduled = false
  #ended = false

  constructor(private readonly options: GraphFeedOptions) {}

  changed(difference: ObjectDifference): void {
    for (const object of difference.updated) {
      this.#queue.push({ type: object.type, name: object.name, object })
    }
    for (const { type, name } of difference.removed) this.#queue.push({ type, name, object: undefined })
    this.#schedule()
  }

  endOfConfig(): void {
    this.#ended = true
    this.#schedule()
  }

  problemsChanged(problems: readonly ConfigProblem[]): void {
    this.options.problemsChanged?.(problems)
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    this.options.scheduler.soon(() => this.#slice())
  }

  #slice(): void {
    this.#scheduled = false
    const { graph, origin = 'store', objectsPerSlice = 1000 } = this.options
    const end = Math.min(this.#queue.length, this.#next + objectsPerSlice)
    for (; this.#next < end; this.#next++) {
      const { type, name, object } = this.#queue[this.#next]!
      if (object === undefined) graph.remove(origin, type, name)
      else graph.update(origin, object)
    }
    if (this.#next < this.#queue.length) {
      this.#schedule()
      return
    }
    this.#queue.length = 0
    this.#next = 0
    if (!this.#ended) return
    this.#ended = false
    this.options.endOfConfig()
  }
}
