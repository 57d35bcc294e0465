/** Bytes in order, as the chunks they came in; taking bytes costs what is taken. */
export class ByteQueue {
  #chunks: Uint8Array[] = []
  #first = 0
  #offset = 0
  length = 0

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return
    this.#chunks.push(chunk)
    this.length += chunk.length
  }

  /** Moves up to `into.length` bytes out of the queue into `into`; returns how many. */
  take(into: Uint8Array): number {
    let filled = 0
    while (filled < into.length && this.length > 0) {
      const chunk = this.#chunks[this.#first]!
      const part = chunk.subarray(this.#offset, this.#offset + into.length - filled)
      into.set(part, filled)
      filled += part.length
      this.length -= part.length
      this.#offset += part.length
      if (this.#offset === chunk.length) this.#next()
    }
    return filled
  }

  clear(): void {
    this.#chunks = []
    this.#first = this.#offset = this.length = 0
  }

  #next(): void {
    this.#offset = 0
    if (++this.#first < 64 || this.#first * 2 < this.#chunks.length) return
    this.#chunks = this.#chunks.slice(this.#first)
    this.#first = 0
  }
}
