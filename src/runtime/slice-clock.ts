import type { Scheduler } from './scheduler.js'

/** The wall clock in milliseconds, read once per slice: for marks on a million routes. */
export function sliceClock(scheduler: Scheduler): () => number {
  let now = 0
  let isFresh = false
  const expire = (): void => {
    isFresh = false
  }
  return () => {
    if (!isFresh) {
      now = scheduler.wallClock()
      isFresh = true
      scheduler.soon(expire)
    }
    return now
  }
}
