/**
 * Where configuration objects come from. Files, an embedded store, etcd and Cassandra with RabbitMQ all look the
 * same from here: a first reading, then differences (spec config 0, 6). A store keeps what it has told, so after a
 * lost connection it reads everything again and tells the difference; nobody else sweeps.
 */
import type { ConfigObject } from '../ifmap/config-object.js'

export interface ConfigStore {
  /** Once. Everything before `endOfConfig` is the first reading, perhaps in several differences. */
  start(listener: ConfigStoreListener): void
  /** Nothing is told afterwards. */
  stop(): void
  /** What is wrong now, in order of file and line. Empty: nothing. */
  readonly problems: readonly ConfigProblem[]
}

export interface ConfigStoreListener {
  /** Applied as a whole: it takes a valid configuration to another valid one. */
  changed(difference: ObjectDifference): void
  /** The first reading is complete; exactly once. */
  endOfConfig(): void
  /** `problems` is another list now; it replaces the one before. */
  problemsChanged(problems: readonly ConfigProblem[]): void
}

/** No object is named twice. The order has no meaning. */
export interface ObjectDifference {
  readonly updated: readonly ConfigObject[]
  readonly removed: readonly { readonly type: string; readonly name: string }[]
}

export interface ConfigProblem {
  /** `error`: what holds the problem is not in force, its last valid content is. `warning`: it is in force. */
  readonly severity: 'error' | 'warning'
  /** As the store was given it. */
  readonly file: string
  /** From 1; 0 when the whole file is meant. */
  readonly line: number
  readonly column: number
  /** From the object inwards, `bgp_router_parameters.address_families.family[2]`; may be empty. */
  readonly path: string
  readonly reason: string
}

/** `objects/peers.yaml:12:5: error: unknown family 'ipv4' (bgp_router_parameters.address_families.family[0])` */
export function printProblem(problem: ConfigProblem): string {
  const place = problem.line === 0 ? problem.file : `${problem.file}:${problem.line}:${problem.column}`
  const path = problem.path === '' ? '' : ` (${problem.path})`
  return `${place}: ${problem.severity}: ${problem.reason}${path}`
}
