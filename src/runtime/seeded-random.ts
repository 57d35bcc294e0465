/**
 * Reproducible chance for simulations (sfc32 by Chris Doty-Humphrey, public domain): one seed, one sequence, on
 * every machine. Not for secrets.
 */
export class SeededRandom {
  #a = 0x9e3779b9
  #b = 0x243f6a88
  #c: number
  #counter = 1

  constructor(readonly seed: number) {
    this.#c = seed >>> 0
    for (let i = 0; i < 12; i++) this.u32()
  }

  u32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum
    return sum >>> 0
  }

  /** 0 <= x < 1 */
  unit(): number {
    return this.u32() / 0x1_0000_0000
  }

  /** least <= x < most, evenly. */
  between(least: number, most: number): number {
    return least + this.unit() * (most - least)
  }

  /** A whole number, 0 <= x < count. */
  below(count: number): number {
    return Math.floor(this.unit() * count)
  }

  chance(probability: number): boolean {
    return this.unit() < probability
  }

  /** A whole number, 1 <= x <= most, small and large ones alike: each power of two is as likely as the next. */
  size(most: number): number {
    return Math.min(most, Math.floor(2 ** (this.unit() * Math.log2(most + 1))))
  }
}
