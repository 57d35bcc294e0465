/** One thing that is not as recorded. */
export interface Difference {
  readonly step: string
  readonly actor: string
  /** `<node> <id>` of an item, `<afi>/<safi> <prefix>` of a route, or what else is compared. */
  readonly subject: string
  /** Undefined: there is none. */
  readonly recorded: string | undefined
  readonly ours: string | undefined
}

/**
 * Compares states after each step and names each difference once: one that lasts over several steps is told at the
 * step where it began, and again only when it changes.
 */
export class Comparison {
  readonly differences: Difference[] = []
  readonly #known = new Map<string, string>()

  compare(
    step: string,
    actor: string,
    recorded: ReadonlyMap<string, string>,
    ours: ReadonlyMap<string, string>
  ): void {
    for (const subject of [...new Set([...recorded.keys(), ...ours.keys()])].sort()) {
      const difference = { step, actor, subject, recorded: recorded.get(subject), ours: ours.get(subject) }
      const key = `${actor} ${subject}`
      if (difference.recorded === difference.ours) {
        this.#known.delete(key)
        continue
      }
      const content = `${difference.recorded} | ${difference.ours}`
      if (this.#known.get(key) === content) continue
      this.#known.set(key, content)
      this.differences.push(difference)
    }
    for (const key of this.#known.keys()) {
      const subject = key.slice(actor.length + 1)
      if (key.startsWith(`${actor} `) && !recorded.has(subject) && !ours.has(subject)) this.#known.delete(key)
    }
  }
}

/** A difference in words; of long texts only the part that differs. */
export function printDifference({ step, actor, subject, recorded, ours }: Difference): string {
  const head = `${step} ${actor} ${subject}`
  if (recorded === undefined) return `${head}\n    only ours: ${ours}`
  if (ours === undefined) return `${head}\n    only recorded: ${recorded}`
  let from = 0
  while (recorded[from] === ours[from]) from++
  from = Math.max(0, from - 40)
  return `${head}\n    recorded: …${recorded.slice(from, from + 240)}\n    ours:     …${ours.slice(from, from + 240)}`
}
