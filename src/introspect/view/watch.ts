/** Changes as they happen. Whoever watches is told the last state of what has changed, some changes at a time. */
import type { Agent, BgpNeighbor } from './neighbor.js'
import type { Route } from './rib.js'

/** Ends a watch: nothing is told any more, and it costs nothing any more. */
export type StopWatching = () => void

/** Undefined: it is gone. */
export interface Change<T> {
  readonly name: string
  readonly now: T | undefined
}

export interface RouteWatch {
  readonly table: string
  /** Only routes equal to or inside this prefix, in tables with prefix order. */
  readonly inside?: string
}

export interface WatchView {
  /** State changes of sessions; `name` is `instance:name` of the neighbor. */
  neighbors(changed: (change: Change<BgpNeighbor>) => void): StopWatching
  agents(changed: (change: Change<Agent>) => void): StopWatching
  /**
   * `lost`: so many changes could not be kept until their turn. Undefined: no such table, or `inside` is no prefix of
   * its family.
   */
  routes(
    watch: RouteWatch,
    changed: (change: Change<Route>) => void,
    lost: (count: number) => void
  ): StopWatching | undefined
}
