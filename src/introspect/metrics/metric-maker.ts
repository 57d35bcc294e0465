import { Counter, Gauge, type Registry } from 'prom-client'

/** Makes metrics of the node, which are read anew for every answer. */
export class MetricMaker {
  readonly #made: (Counter | Gauge)[] = []

  constructor(private readonly registry: Registry) {}

  readonly gauge = (name: string, help: string, labelNames: string[] = []): Gauge =>
    this.#keep(new Gauge({ name: `weft_${name}`, help, labelNames, registers: [this.registry] }))

  readonly counter = (name: string, help: string, labelNames: string[]): Counter =>
    this.#keep(new Counter({ name: `weft_${name}`, help, labelNames, registers: [this.registry] }))

  /** What is gone must not be shown again. */
  reset(): void {
    for (const metric of this.#made) metric.reset()
  }

  #keep<M extends Counter | Gauge>(metric: M): M {
    this.#made.push(metric)
    return metric
  }
}
