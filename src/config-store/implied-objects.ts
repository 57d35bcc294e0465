/**
 * Objects that need not be written: parents, up to the root, and route targets, which are nothing but their name.
 * The API server would insist on them (spec config 10.2, 10.6); by hand they are only noise.
 */
import { type ConfigObject, identityOf, type ParentReference } from '../ifmap/config-object.js'
import { objectType } from '../ifmap/schema.js'

/** By identity: what `objects` imply and do not hold. */
export function impliedObjects(
  objects: ReadonlyMap<string, ConfigObject>
): ReadonlyMap<string, ConfigObject> {
  const implied = new ImpliedObjects(objects)
  for (const object of objects.values()) implied.addFrom(object)
  return implied.objects
}

/** What written objects imply, gathered one by one. */
export class ImpliedObjects {
  readonly #implied = new Map<string, ConfigObject>()

  /** All that are written, by identity: what is among them is not implied. */
  constructor(private readonly written: ReadonlyMap<string, ConfigObject>) {}

  /** By identity. */
  get objects(): ReadonlyMap<string, ConfigObject> {
    return this.#implied
  }

  /** What this one of the written implies. */
  addFrom({ parent, references }: ConfigObject): void {
    for (let next = parent; next !== undefined; ) {
      const above = parentOf(next)
      if (!this.#add(next, above)) break
      next = above
    }
    for (const reference of references) if (reference.type === 'route-target') this.#add(reference, undefined)
  }

  /** False: it is there. */
  #add(reference: ParentReference, parent: ParentReference | undefined): boolean {
    const { type, name } = reference
    const identity = identityOf(reference)
    if (this.written.has(identity) || this.#implied.has(identity)) return false
    this.#implied.set(identity, { type, name, parent, properties: {}, references: [] })
    return true
  }
}

/** The parent that fits the number of components, since nobody wrote the parent's type. */
function parentOf(child: ParentReference): ParentReference | undefined {
  const components = child.name.split(':')
  const name = components.slice(0, -1).join(':')
  const candidates = [...(objectType(child.type)?.parents.keys() ?? [])]
  const type = candidates.find(candidate => depthOf(candidate) === components.length - 1)
  return type === undefined || name === '' ? undefined : { type, name }
}

/** Components in the names of this type; the root has no name of its own. */
function depthOf(type: string): number {
  if (type === 'config-root') return 0
  const parents = [...(objectType(type)?.parents.keys() ?? [])]
  return parents.length === 0 ? 1 : 1 + Math.min(...parents.map(depthOf))
}
