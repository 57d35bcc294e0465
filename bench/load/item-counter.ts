/**
 * Counts items in what an agent is sent, at the speed of the memory: the network's name holds a byte that occurs
 * nowhere else in a stanza, an item holds the name twice (next hop and entry), each time in front of a `<`.
 */
export const rareByte = 0x5a // 'Z'
export const networkName = 'default-domain:bench:Z'
export const instanceName = `${networkName}:vrf`
const lessThan = 0x3c

export class ItemCounter {
  #names = 0
  /** The last byte of the read before was a rare one. */
  #atEnd = false

  get items(): number {
    return this.#names / 2
  }

  read(bytes: Buffer, length: number): void {
    if (this.#atEnd && bytes[0] === lessThan) this.#names++
    this.#atEnd = bytes[length - 1] === rareByte
    for (let at = bytes.indexOf(rareByte); at >= 0 && at + 1 < length; at = bytes.indexOf(rareByte, at + 1))
      if (bytes[at + 1] === lessThan) this.#names++
  }
}

/** Reads the ids of items too: for a few agents, to see that every route came exactly once. */
export class ItemCheck {
  readonly #seen: Uint8Array
  #rest = ''
  missing: number
  duplicates = 0

  /** Route `i` is 10.0.0.0 + i, /32. */
  constructor(routes: number) {
    this.#seen = new Uint8Array(routes)
    this.missing = routes
  }

  read(bytes: Buffer, length: number): void {
    const text = this.#rest + bytes.toString('latin1', 0, length)
    const pattern = /<item id="10\.(\d+)\.(\d+)\.(\d+)\/32">/g
    let end = 0
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      end = pattern.lastIndex
      const route = (Number(match[1]) << 16) | (Number(match[2]) << 8) | Number(match[3])
      if (this.#seen[route] === 1) this.duplicates++
      else {
        this.#seen[route] = 1
        this.missing--
      }
    }
    // No id is longer than this.
    this.#rest = text.slice(Math.max(end, text.length - 40))
  }
}
