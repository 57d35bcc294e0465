/** Upper bounds in milliseconds; a last bucket takes what is longer. */
export const delayBoundsMs = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000] as const

/**
 * How long changes of routes waited until those in step had been told: one observation for all that changed together
 * (spec bgp 18.1).
 */
export class DelayCounts {
  /** By bucket, not cumulated: one more than there are bounds. */
  readonly buckets: number[] = new Array<number>(delayBoundsMs.length + 1).fill(0)
  count = 0
  sumMs = 0

  observe(ms: number): void {
    let bucket = 0
    while (bucket < delayBoundsMs.length && ms > delayBoundsMs[bucket]!) bucket++
    this.buckets[bucket]!++
    this.count++
    this.sumMs += ms
  }
}
