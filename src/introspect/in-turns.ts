import { nextTurn } from './sandesh/request.js'

/**
 * Visits all of a list of the view, so many in a turn of the event loop. `from` gives what is behind the last one
 * visited, all of it at first: what comes or goes meanwhile may or may not be visited. Before each turn but the first
 * it waits for `pause`.
 */
export async function inTurns<T>(
  perTurn: number,
  from: (last: T | undefined) => Iterable<T>,
  visit: (item: T) => void,
  pause: () => Promise<void> = async () => {}
): Promise<void> {
  let last: T | undefined
  for (;;) {
    let left = perTurn
    let isMore = false
    for (const item of from(last)) {
      if (left-- === 0) {
        isMore = true
        break
      }
      visit(item)
      last = item
    }
    if (!isMore) return
    await nextTurn()
    await pause()
  }
}

/** The least name that is greater. */
export const behind = (name: string): string => `${name}\0`
