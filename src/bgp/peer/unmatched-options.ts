/**
 * Options of the node's own file that are of nobody: no neighbour of the graph has the address. A slip of one digit
 * would otherwise be a key, a limit or a policy that silently never was.
 */
import type { Log } from '../session/handler.js'

export class UnmatchedOptions {
  /** By address, since when (wall clock, milliseconds). */
  readonly #since = new Map<string, number>()

  constructor(
    private readonly wallClock: () => number,
    private readonly log: Log
  ) {}

  /** In the order of the file. */
  get since(): ReadonlyMap<string, number> {
    return this.#since
  }

  /** Once the configuration is complete, and whenever it has changed; a line is logged for each that is new. */
  look(named: Iterable<string>, addresses: ReadonlySet<string>): void {
    const before = new Map(this.#since)
    this.#since.clear()
    for (const address of named) {
      if (addresses.has(address)) continue
      const since = before.get(address)
      this.#since.set(address, since ?? this.wallClock())
      if (since === undefined)
        this.log.warn({ address }, 'bgp.neighbours: no neighbour has this address, its options are of nobody')
    }
  }
}
