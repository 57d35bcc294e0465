/** Small numbers, the lowest free one first (spec config 8.3). */
export class IndexPool {
  readonly #used: boolean[] = []
  /** All below it are in use. */
  #lowest = 0

  take(): number {
    let index = this.#lowest
    while (this.#used[index] === true) index++
    this.#used[index] = true
    this.#lowest = index + 1
    return index
  }

  giveBack(index: number): void {
    this.#used[index] = false
    this.#lowest = Math.min(this.#lowest, index)
    while (this.#used.length > 0 && this.#used[this.#used.length - 1] === false) this.#used.pop()
  }
}
