import { isDeepStrictEqual } from 'node:util'
import type { NodeConfig } from './node-config.js'

/** Parts of the node's file that differ and are read at the start alone; all others hold at once. */
export function needsRestart(before: NodeConfig, after: NodeConfig): string[] {
  const fixed = ({ bgp: { selectionDeferral }, file: _, ...rest }: NodeConfig): Record<string, unknown> => ({
    ...rest,
    'bgp.selection_deferral': selectionDeferral
  })
  const [was, is] = [fixed(before), fixed(after)]
  return Object.keys(was).filter(name => !isDeepStrictEqual(was[name], is[name]))
}
