/** What the node's own file says of neighbours, all of which may change while the node runs. */

import { isDeepStrictEqual } from 'node:util'
import type { Confederation } from './confederation.js'
import type { DynamicNeighbours } from './dynamic-neighbours.js'
import {
  type Effect,
  keyOf,
  type NeighbourOptionName,
  type NeighbourOptions,
  neighbourOptionRows
} from './neighbour-options.js'

export interface NeighbourConfig {
  /** Of neighbours of the graph, by printed address. */
  readonly neighbours: ReadonlyMap<string, NeighbourOptions>
  readonly dynamicNeighbours: readonly DynamicNeighbours[]
  /** Absent: the node is in none. */
  readonly confederation?: Confederation
  /** RFC 8212: between AS nothing is taken or told without `import` and `export`. */
  readonly ebgpRequiresPolicy: boolean
  /** Route targets, security groups and the like that clients of BGP as a service announce count. */
  readonly trustsTenants: boolean
  /** The node is about to go (RFC 8326). */
  readonly gracefulShutdown: boolean
}

export const noNeighbourConfig: NeighbourConfig = {
  neighbours: new Map(),
  dynamicNeighbours: [],
  ebgpRequiresPolicy: false,
  trustsTenants: false,
  gracefulShutdown: false
}

/** What a change from one to the other does, by the rows of the registry; keys as in the file. */
export function optionChanges(
  before: NeighbourOptions,
  after: NeighbourOptions
): { readonly key: string; readonly effect: Effect }[] {
  const names = Object.keys(neighbourOptionRows) as NeighbourOptionName[]
  return names
    .filter(name => !isDeepStrictEqual(before[name], after[name]))
    .map(name => ({ key: keyOf(name), effect: neighbourOptionRows[name].effect }))
}
