/** Names by what callers are found by: thousands of clients of BGP as a service call from addresses of nobody. */
export class PeersByAddress {
  readonly #addresses = new Map<string, string>()
  readonly #names = new Map<string, Set<string>>()

  /** Undefined: the neighbour has none, or is gone. */
  set(name: string, address: string | undefined): void {
    const before = this.#addresses.get(name)
    if (before === address) return
    if (before !== undefined) {
      const names = this.#names.get(before)!
      names.delete(name)
      if (names.size === 0) this.#names.delete(before)
      this.#addresses.delete(name)
    }
    if (address === undefined) return
    this.#addresses.set(name, address)
    const names = this.#names.get(address)
    if (names === undefined) this.#names.set(address, new Set([name]))
    else names.add(name)
  }

  /** Of several the one that has had it the longest. */
  at(address: string): string | undefined {
    return this.#names.get(address)?.values().next().value
  }
}
