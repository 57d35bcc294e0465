/** Who an operator has said, while the node runs, is about to go (RFC 8326): forgotten when the node is. */
export class Departures {
  /** The node itself: everybody is told. */
  node = false
  readonly #neighbours = new Set<string>()

  has(neighbour: string): boolean {
    return this.#neighbours.has(neighbour)
  }

  set(neighbour: string, leaves: boolean): void {
    if (leaves) this.#neighbours.add(neighbour)
    else this.#neighbours.delete(neighbour)
  }
}

/** What the file says of a neighbour, or of the node, and what operators have said since. */
export function withDeparture<Settings extends { readonly gracefulShutdown?: boolean | undefined }>(
  settings: Settings,
  leaves: boolean | undefined
): Settings {
  return leaves === true ? { ...settings, gracefulShutdown: true } : settings
}
