/** Nodes and links of the configuration graph (spec config 1.1, 1.2, 1.4). `graph.ts` alone changes them. */
import type { ConfigObject, JsonObject } from './config-object.js'

/** Who wrote an object, first rank first (spec config 1.2: `Cassandra`, `MapServer`, `XMPP`). */
export const origins = ['store', 'transformer', 'bootstrap', 'agent'] as const
export type Origin = (typeof origins)[number]

/** An edge. Where the link type has an attribute, two links lead through a middle node and share its name. */
export interface Link {
  readonly name: string
  readonly left: Node
  readonly right: Node
}

export const otherEnd = (link: Link, node: Node): Node => (link.left === node ? link.right : link.left)

export class Node {
  /** By rank of origin; undefined while there is none. */
  #objects: (ConfigObject | undefined)[] | undefined
  /** On a middle node, by claim: `<rank of origin> <type> <name>` of the object that gives the attribute. */
  #attributes: Map<string, JsonObject> | undefined
  /** By name. Most nodes have one link of a kind: a set each would double the size of the graph. */
  readonly #links = new Map<string, Link | Set<Link>>()

  /** `type` is an object type or, for a middle node, the link type. */
  constructor(
    readonly type: string,
    readonly name: string
  ) {}

  /** Of several origins' objects that of the first rank; none on middle nodes and on mere ends of links. */
  get object(): ConfigObject | undefined {
    return this.#objects?.find(object => object !== undefined)
  }

  objectOf(origin: Origin): ConfigObject | undefined {
    return this.#objects?.[origins.indexOf(origin)]
  }

  /** Of several owners' attributes the first in byte order of their claims (spec config 1.4: theirs is one). */
  get attribute(): JsonObject | undefined {
    if (this.#attributes === undefined) return undefined
    let first: string | undefined
    for (const claim of this.#attributes.keys()) if (first === undefined || claim < first) first = claim
    return first === undefined ? undefined : this.#attributes.get(first)
  }

  /** It has an object or a link; otherwise it has left the graph. */
  get exists(): boolean {
    return this.#objects !== undefined || this.#links.size > 0
  }

  /** In no particular order. */
  links(name: string): Iterable<Link> {
    const links = this.#links.get(name)
    return links === undefined ? [] : links instanceof Set ? links : [links]
  }

  /** In no particular order. */
  *allLinks(): Generator<Link> {
    for (const name of this.#links.keys()) yield* this.links(name)
  }

  /** Far ends of the links with this name, in no particular order. */
  *neighbours(linkName: string): Generator<Node> {
    for (const link of this.links(linkName)) yield otherEnd(link, this)
  }

  setObject(origin: Origin, object: ConfigObject | undefined): void {
    const objects = this.#objects ?? []
    objects[origins.indexOf(origin)] = object
    this.#objects = objects.some(kept => kept !== undefined) ? objects : undefined
  }

  setAttribute(claim: string, attribute: JsonObject | undefined): void {
    this.#attributes ??= new Map()
    if (attribute === undefined) this.#attributes.delete(claim)
    else this.#attributes.set(claim, attribute)
  }

  addLink(link: Link): void {
    const links = this.#links.get(link.name)
    if (links === undefined) this.#links.set(link.name, link)
    else if (links instanceof Set) links.add(link)
    else if (links !== link) this.#links.set(link.name, new Set([links, link]))
  }

  removeLink(link: Link): void {
    const links = this.#links.get(link.name)
    if (links === link) this.#links.delete(link.name)
    else if (links instanceof Set && links.delete(link) && links.size === 0) this.#links.delete(link.name)
  }
}
