/** The TCP MD5 keys that callers must carry, by address or range, as the listener is to know them. */
export class ListenerKeys {
  readonly #keys = new Map<string, string>()

  constructor(private readonly changed: (peer: string, key: string | undefined) => void) {}

  set(peer: string, key: string | undefined): void {
    if (this.#keys.get(peer) === key) return
    if (key === undefined) this.#keys.delete(peer)
    else this.#keys.set(peer, key)
    this.changed(peer, key)
  }
}
