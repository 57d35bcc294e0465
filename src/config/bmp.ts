/**
 * Stations that are told what neighbours say (BMP, RFC 7854), in the node's own file:
 *
 *   bmp:
 *     - address: 192.0.2.1               # it is dialled
 *       port: 11019
 *       what: [pre-policy, post-policy, loc-rib]    # default: pre-policy; also loc-rib-instances
 */
import type { Section } from './yaml-section.js'

export const bmpKinds = ['pre-policy', 'post-policy', 'loc-rib', 'loc-rib-instances'] as const
export type BmpKind = (typeof bmpKinds)[number]

export interface BmpStationConfig {
  readonly address: string
  readonly port: number
  readonly what: readonly BmpKind[]
}

export const bmpKeys: readonly string[] = ['address', 'port', 'what']

/** None when something that has no default is missing or wrong, which has been reported. */
export function readBmpStation(entry: Section): BmpStationConfig[] {
  const address = entry.has('address') ? entry.address() : entry.missing('address')
  const port = entry.has('port') ? entry.integer('port', 1, 65535) : entry.missing('port')
  const texts = entry.texts('what', bmpKinds)
  const what = bmpKinds.filter(kind => texts.includes(kind))
  if (address === undefined || port === undefined) return []
  return [{ address, port, what: what.length === 0 ? ['pre-policy'] : what }]
}
