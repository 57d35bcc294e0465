import type { AttributeSet } from './attribute-set.js'
import { Path } from './path.js'
import type { Route } from './route.js'
import type { Source } from './source.js'

/**
 * Paths of routes that have no other: routes that differ in the prefix alone share one object, as neighbouring ones
 * of a full table mostly do. Such a path is neither linked nor changed; `own` gives one that may be.
 */
export class LonePaths {
  /** The one made last. */
  #last: Path | undefined

  /** The last one where it says the same, else a new one. */
  take(
    source: Source,
    attributes: AttributeSet,
    flags: number,
    pathId: number,
    label: number,
    l3Label: number,
    origin: Route | undefined,
    now: number
  ): Path {
    const last = this.#last
    if (
      last !== undefined &&
      last.attributes === attributes &&
      last.source === source &&
      last.flags === flags &&
      last.pathId === pathId &&
      last.label === label &&
      last.l3Label === l3Label &&
      last.changedAt === now &&
      origin === undefined
    ) {
      last.routes++
      return last
    }
    const made = new Path(source, attributes, flags, pathId, label, l3Label, origin, now)
    this.#last = origin === undefined ? made : undefined
    return made
  }

  /** The path itself where only one route has it, else a copy for that route. */
  own(path: Path): Path {
    if (this.#last === path) this.#last = undefined
    if (path.routes === 1) return path
    path.routes--
    const { source, attributes, flags, pathId, label, l3Label, origin, changedAt } = path
    return new Path(source, attributes, flags, pathId, label, l3Label, origin, changedAt)
  }

  clear(): void {
    this.#last = undefined
  }
}
