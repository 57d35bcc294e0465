/**
 * Collects the changes of a graph and finds the nodes whose settings may be others now (spec config 7.1). Nothing
 * is followed until `take`: then every pair of node and link name is visited once, however many changes there were.
 *
 * Links that went are no obstacle: the change of a link starts at both of its ends, so whatever lay behind it
 * is reached from its own end of the gap.
 */
import type { Graph, GraphListener } from './graph.js'
import { type Link, type Node, otherEnd } from './node.js'
import type { ReactionMap } from './reaction-map.js'

export class DependencyTracker implements GraphListener {
  readonly #starts = new Map<Node, Set<string>>()
  readonly #stop: () => void

  /** `changed` is called, during the change, for the first change after each `take`. */
  constructor(
    graph: Graph,
    private readonly map: ReactionMap,
    private readonly changed: () => void
  ) {
    this.#stop = graph.listen(this)
  }

  stop(): void {
    this.#stop()
    this.#starts.clear()
  }

  nodeChanged(node: Node): void {
    if (this.map[node.type] !== undefined) this.#start(node, 'self')
  }

  linkChanged(link: Link): void {
    for (const end of [link.left, link.right]) {
      if (this.map[end.type]?.[link.name] !== undefined) this.#start(end, link.name)
    }
  }

  /** The changed nodes since the last call: those of types in the map, gone ones (`exists` is false) included. */
  take(): Set<Node> {
    const changed = new Set<Node>()
    const visited = new Map<Node, Set<string>>()
    const waiting: [Node, string][] = []
    const visit = (node: Node, event: string) => {
      const events = visited.get(node) ?? new Set()
      if (events.has(event)) return
      visited.set(node, events.add(event))
      waiting.push([node, event])
    }
    for (const [node, events] of this.#starts) for (const event of events) visit(node, event)
    this.#starts.clear()
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [node, event] = next
      if (event === 'self') changed.add(node)
      for (const reaction of this.map[node.type]?.[event] ?? []) {
        if (reaction === 'self') changed.add(node)
        else for (const link of node.links(reaction)) visit(otherEnd(link, node), reaction)
      }
    }
    return changed
  }

  #start(node: Node, event: string): void {
    const first = this.#starts.size === 0
    const events = this.#starts.get(node)
    if (events === undefined) this.#starts.set(node, new Set([event]))
    else events.add(event)
    if (first) this.changed()
  }
}
