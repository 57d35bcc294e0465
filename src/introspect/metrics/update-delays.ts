import type { Metric, Registry } from 'prom-client'
import type { NodeView } from '../view.js'

const name = 'weft_update_delay_seconds'

/**
 * How long changes waited, as a histogram. The node has counted them in buckets already, and a histogram of
 * `prom-client` takes observations alone; the registry asks no more of a metric than this.
 */
export function updateDelays(registry: Registry, view: NodeView): void {
  const get = async () => ({
    name,
    help: 'From the change of routes until the neighbors and agents that keep step had been told, once per turn',
    type: 'histogram',
    values: [...values(view)]
  })
  registry.registerMetric({ name, get } as unknown as Metric)
}

function* values(view: NodeView) {
  for (const { family, count, sumMs, buckets } of view.rib.updateDelays()) {
    let upTo = 0
    for (const { upToMs, changes } of buckets) {
      upTo += changes
      const le = upToMs === undefined ? '+Inf' : upToMs / 1000
      yield { metricName: `${name}_bucket`, labels: { family, le }, value: upTo }
    }
    yield { metricName: `${name}_sum`, labels: { family }, value: sumMs / 1000 }
    yield { metricName: `${name}_count`, labels: { family }, value: count }
  }
}
