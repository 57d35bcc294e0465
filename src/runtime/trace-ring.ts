/**
 * The last things that happened, for operators (introspect §1.9). Adding costs next to nothing: content is kept as
 * it is and turned into text when somebody looks.
 */
export interface TraceEntry<Content> {
  /** Wall clock, milliseconds. */
  readonly time: number
  readonly message: string
  readonly content: Content
}

export class TraceRing<Content> {
  /** A ring once it is full; `#oldest` is then where the next one goes. */
  readonly #entries: (TraceEntry<Content> & { readonly weight: number })[] = []
  #oldest = 0
  #weight = 0

  constructor(
    readonly name: string,
    /** Most entries that are kept. */
    readonly capacity: number,
    /** Most that they weigh together, in bytes or whatever `add` counts; what weighs more alone is not kept. */
    readonly maximumWeight = Number.POSITIVE_INFINITY
  ) {}

  add(time: number, message: string, content: Content, weight = 0): void {
    if (weight > this.maximumWeight) return
    const entry = { time, message, content, weight }
    this.#weight += weight
    if (this.#entries.length < this.capacity) {
      this.#entries.push(entry)
    } else {
      this.#weight -= this.#entries[this.#oldest]!.weight
      this.#entries[this.#oldest] = entry
      this.#oldest = (this.#oldest + 1) % this.capacity
    }
    if (this.#weight > this.maximumWeight) this.#lighten()
  }

  /** Oldest first. */
  entries(): readonly TraceEntry<Content>[] {
    return [...this.#entries.slice(this.#oldest), ...this.#entries.slice(0, this.#oldest)]
  }

  /** Drops the older half: rarely done, so that adding stays cheap. */
  #lighten(): void {
    const kept = [...this.#entries.slice(this.#oldest), ...this.#entries.slice(0, this.#oldest)]
    while (this.#weight > this.maximumWeight / 2 && kept.length > 1) this.#weight -= kept.shift()!.weight
    this.#entries.splice(0, this.#entries.length, ...kept)
    this.#oldest = 0
  }
}
