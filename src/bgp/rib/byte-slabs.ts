/**
 * Memory for many short byte strings that come and go: an object for each would cost the garbage collector more than
 * the bytes. Strings of one size class lie side by side in slabs; a place that is freed is used again by its class, and
 * a slab without strings is given back, so memory follows what is held.
 */
export class ByteSlabs {
  readonly #classes: (SizeClass | undefined)[] = []

  /** Room for `length` bytes: a slab, whose `taken` is where the room starts. */
  take(length: number): Slab {
    if (length > largestClassed) return new Slab(undefined, length, 1)
    const index = (length + granularity - 1) >> granularityBits
    const sizeClass = (this.#classes[index] ??= new SizeClass(Math.max(1, index) << granularityBits))
    return sizeClass.take()
  }

  /** The room that `take` gave there is free again. */
  release(slab: Slab, start: number): void {
    slab.sizeClass?.release(slab, start)
  }
}

/** A run of places of one size. */
export class Slab {
  readonly bytes: Uint8Array
  /** Where the place that was taken last starts. */
  taken = 0
  /** Places behind this offset have never been used. */
  fresh = 0
  /** Starts of places that were used and freed. */
  readonly free: number[] = []
  /** Places in use. */
  live = 0

  constructor(
    readonly sizeClass: SizeClass | undefined,
    placeBytes: number,
    places: number
  ) {
    this.bytes = new Uint8Array(placeBytes * places)
  }

  get isFull(): boolean {
    return this.free.length === 0 && this.fresh === this.bytes.length
  }
}

class SizeClass {
  readonly #placeBytes: number
  /** Slabs with room; the last one is filled first. */
  readonly #open: Slab[] = []
  #nextPlaces = leastPlaces

  constructor(placeBytes: number) {
    this.#placeBytes = placeBytes
  }

  take(): Slab {
    const open = this.#open
    if (open.length === 0) {
      open.push(new Slab(this, this.#placeBytes, this.#nextPlaces))
      this.#nextPlaces = Math.min(
        2 * this.#nextPlaces,
        Math.max(leastPlaces, Math.floor(mostBytes / this.#placeBytes))
      )
    }
    const slab = open[open.length - 1]!
    if (slab.free.length > 0) {
      slab.taken = slab.free.pop()!
    } else {
      slab.taken = slab.fresh
      slab.fresh += this.#placeBytes
    }
    slab.live++
    if (slab.isFull) open.pop()
    return slab
  }

  release(slab: Slab, start: number): void {
    if (slab.isFull) this.#open.unshift(slab)
    slab.free.push(start)
    if (--slab.live === 0) this.#open.splice(this.#open.indexOf(slab), 1)
    if (this.#open.length === 0) this.#nextPlaces = leastPlaces
  }
}

const granularityBits = 3
const granularity = 1 << granularityBits
/** Longer strings are rare and have a slab each. */
const largestClassed = 2048
const leastPlaces = 16
const mostBytes = 256 * 1024
