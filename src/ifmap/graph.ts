/**
 * The configuration graph (spec config 1.1 to 1.5): what all origins' objects say together.
 *
 * A node exists while some origin has an object for it or a link touches it. A link exists while some object
 * claims it: references between two objects of one type are written on both sides, and the link stays until both
 * sides let go. So the graph depends on the objects that are there and never on the order in which they came.
 * Work per change is proportional to the object that changes: it is compared with the one it replaces.
 */
import { isDeepStrictEqual } from 'node:util'
import type { ConfigObject, JsonObject } from './config-object.js'
import { type Link, Node, type Origin, origins } from './node.js'
import { type LinkType, objectType } from './schema.js'

export interface GraphListener {
  /** Appeared, has another object or attribute, or left (`node.exists` tells). */
  nodeChanged(node: Node): void
  /** Appeared (`present`) or went. Both ends still know their type and name. */
  linkChanged(link: Link, present: boolean): void
}

/** A link as objects claim it: one link, or two through a middle node. */
interface Edge {
  readonly key: string
  readonly middle: Node | undefined
  readonly links: readonly Link[]
  readonly claims: Set<string>
}

/** One object's wish for an edge. */
interface Claim {
  readonly key: string
  readonly link: LinkType
  readonly otherType: string
  readonly otherName: string
  readonly attribute: JsonObject | undefined
}

export class Graph {
  readonly #nodes = new Map<string, Map<string, Node>>()
  readonly #edges = new Map<string, Edge>()
  readonly #listeners = new Set<GraphListener>()

  node(type: string, name: string): Node | undefined {
    return this.#nodes.get(type)?.get(name)
  }

  /** In order of arrival. */
  nodes(type: string): Iterable<Node> {
    return this.#nodes.get(type)?.values() ?? []
  }

  /** Object types and link types with nodes, for people who look at tables (spec config 1.1). */
  types(): Iterable<string> {
    return this.#nodes.keys()
  }

  nodeCount(type?: string): number {
    if (type !== undefined) return this.#nodes.get(type)?.size ?? 0
    let count = 0
    for (const table of this.#nodes.values()) count += table.size
    return count
  }

  *links(): Generator<Link> {
    for (const edge of this.#edges.values()) yield* edge.links
  }

  /** Called for every change from now on, during the change. Returns what ends it. */
  listen(listener: GraphListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Takes the place of this origin's object of the same type and name. An equal object changes nothing. */
  update(origin: Origin, object: ConfigObject): void {
    const node = this.#nodeFor(object.type, object.name)
    const old = node.objectOf(origin)
    if (old !== undefined && isDeepStrictEqual(old, object)) return
    node.setObject(origin, object)
    this.#tell(node)
    this.#exchangeClaims(origin, node, old, object)
  }

  /** An origin that has no such object changes nothing. */
  remove(origin: Origin, type: string, name: string): void {
    const node = this.node(type, name)
    const old = node?.objectOf(origin)
    if (node === undefined || old === undefined) return
    node.setObject(origin, undefined)
    this.#exchangeClaims(origin, node, old, undefined)
    this.#tell(node)
    this.#dropIfEmpty(node)
  }

  #exchangeClaims(
    origin: Origin,
    node: Node,
    old: ConfigObject | undefined,
    object: ConfigObject | undefined
  ): void {
    const owner = `${origins.indexOf(origin)} ${node.type} ${node.name}`
    const oldClaims = claimsOf(old)
    const claims = claimsOf(object)
    for (const [key, claim] of oldClaims) if (!claims.has(key)) this.#release(owner, claim)
    for (const [key, claim] of claims) this.#claim(owner, node, claim, oldClaims.get(key))
  }

  #claim(owner: string, node: Node, claim: Claim, old: Claim | undefined): void {
    const edge = this.#edges.get(claim.key) ?? this.#makeEdge(node, claim)
    edge.claims.add(owner)
    if (edge.middle === undefined || isDeepStrictEqual(old?.attribute, claim.attribute)) return
    const before = edge.middle.attribute
    edge.middle.setAttribute(owner, claim.attribute ?? {})
    if (!isDeepStrictEqual(before, edge.middle.attribute)) this.#tell(edge.middle)
  }

  #release(owner: string, claim: Claim): void {
    const edge = this.#edges.get(claim.key)
    if (edge?.claims.delete(owner) !== true) return
    const before = edge.middle?.attribute
    edge.middle?.setAttribute(owner, undefined)
    if (edge.claims.size > 0) {
      if (edge.middle !== undefined && !isDeepStrictEqual(before, edge.middle.attribute))
        this.#tell(edge.middle)
      return
    }
    this.#edges.delete(edge.key)
    for (const link of edge.links) {
      link.left.removeLink(link)
      link.right.removeLink(link)
      this.#tellLink(link, false)
    }
    for (const end of new Set(edge.links.flatMap(link => [link.left, link.right]))) this.#dropIfEmpty(end)
  }

  #makeEdge(node: Node, claim: Claim): Edge {
    const other = this.#nodeFor(claim.otherType, claim.otherName)
    const isNew = !other.exists
    const { name, hasAttribute } = claim.link
    const middle = hasAttribute ? this.#nodeFor(name, middleName(node.name, other.name)) : undefined
    const links: Link[] = []
    if (middle === undefined) links.push({ name, left: node, right: other })
    else {
      links.push({ name, left: node, right: middle })
      if (other !== node) links.push({ name, left: middle, right: other })
    }
    const edge = { key: claim.key, middle, links, claims: new Set<string>() }
    this.#edges.set(edge.key, edge)
    for (const link of links) {
      link.left.addLink(link)
      link.right.addLink(link)
      this.#tellLink(link, true)
    }
    if (isNew) this.#tell(other)
    return edge
  }

  /** Finds or makes; whoever makes one gives it an object or a link at once. */
  #nodeFor(type: string, name: string): Node {
    let table = this.#nodes.get(type)
    if (table === undefined) {
      table = new Map()
      this.#nodes.set(type, table)
    }
    const known = table.get(name)
    if (known !== undefined) return known
    const node = new Node(type, name)
    table.set(name, node)
    return node
  }

  #dropIfEmpty(node: Node): void {
    if (node.exists) return
    const table = this.#nodes.get(node.type)
    if (table?.get(node.name) !== node) return
    table.delete(node.name)
    if (table.size === 0) this.#nodes.delete(node.type)
    this.#tell(node)
  }

  #tell(node: Node): void {
    for (const listener of this.#listeners) listener.nodeChanged(node)
  }

  #tellLink(link: Link, present: boolean): void {
    for (const listener of this.#listeners) listener.linkChanged(link, present)
  }
}

/** `attr(<a>,<b>)`, the ends in byte order whatever the direction (spec config 1.1). */
export const middleName = (a: string, b: string): string => (a < b ? `attr(${a},${b})` : `attr(${b},${a})`)

/** By edge; of two references to one object the later counts. */
function claimsOf(object: ConfigObject | undefined): Map<string, Claim> {
  const claims = new Map<string, Claim>()
  if (object === undefined) return claims
  const add = (link: LinkType | undefined, to: { type: string; name: string }, attribute?: JsonObject) => {
    if (link === undefined) return
    const key = edgeKey(link.name, object, to)
    claims.set(key, { key, link, otherType: to.type, otherName: to.name, attribute })
  }
  const type = objectType(object.type)
  if (object.parent !== undefined) add(type?.parents.get(object.parent.type), object.parent)
  for (const reference of object.references) {
    add(type?.references.get(reference.type), reference, reference.attribute)
  }
  return claims
}

interface End {
  readonly type: string
  readonly name: string
}

/** `<link>,<type>:<name>,<type>:<name>`, the ends in byte order (spec config 1.1). */
export function edgeKey(link: string, a: End, b: End): string {
  const left = `${a.type}:${a.name}`
  const right = `${b.type}:${b.name}`
  return left < right ? `${link},${left},${right}` : `${link},${right},${left}`
}
