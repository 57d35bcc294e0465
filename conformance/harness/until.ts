/** Waits for a state of the world outside, of which nobody tells us. */
const usualPollMs = 50

/** Resolves with the first value that is neither false nor undefined; rejects, with `what`, when none comes in time. */
export async function until<T>(
  what: string,
  look: () => T | false | undefined | Promise<T | false | undefined>,
  seconds = 15,
  /** Told in the failure: what is there instead. */
  instead?: () => unknown,
  /** Between looks; more where looking is work for the one looked at. */
  pollMs = usualPollMs
): Promise<T> {
  const end = performance.now() + seconds * 1000
  for (;;) {
    const value = await look()
    if (value !== false && value !== undefined) return value
    if (performance.now() > end) {
      const found = instead === undefined ? '' : `; there is ${JSON.stringify(await instead())}`
      throw new Error(`not within ${seconds} s: ${what}${found}`)
    }
    await pause(pollMs)
  }
}

/** Holds for that long; for what must not happen. */
export async function stays(
  what: string,
  look: () => boolean | Promise<boolean>,
  seconds: number
): Promise<void> {
  const end = performance.now() + seconds * 1000
  while (performance.now() < end) {
    if (!(await look())) throw new Error(`did not stay so for ${seconds} s: ${what}`)
    await pause(usualPollMs)
  }
}

export const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))
