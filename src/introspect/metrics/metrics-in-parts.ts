import { Registry } from 'prom-client'
import { MetricMaker } from './metric-maker.js'

/**
 * Metrics that have lines for each of many things: printed for some of them at a time, because one of them may have
 * more lines than a turn of the event loop can print.
 */
export class MetricsInParts {
  readonly #registry = new Registry()
  readonly make = new MetricMaker(this.#registry)
  /** By metric: its head with the first lines, then more lines. */
  #texts = new Map<string, string[]>()

  /** What a collection that has failed left behind must not be shown. */
  reset(): void {
    this.make.reset()
    this.#texts = new Map()
  }

  /** Prints what has been noted since the last call, and forgets it. */
  async print(): Promise<void> {
    for (const { name } of this.#registry.getMetricsAsArray()) {
      const text = await this.#registry.getSingleMetricAsString(name)
      const parts = this.#texts.get(name)
      if (parts === undefined) this.#texts.set(name, [`${text}\n`])
      else if (headEnd(text) < text.length) parts.push(`${text.slice(headEnd(text) + 1)}\n`)
    }
    this.make.reset()
  }

  /** All that has been printed, a metric after the other; it is not kept. */
  take(): string[] {
    const parts = [...this.#texts.values()].flat()
    this.reset()
    return parts
  }
}

/** Where the second line ends: HELP and TYPE go before the values, once for each metric. */
const headEnd = (text: string): number => {
  const end = text.indexOf('\n', text.indexOf('\n') + 1)
  return end < 0 ? text.length : end
}
