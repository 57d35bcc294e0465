/**
 * How long what ordinary neighbours are told is held back after a start (RFC 4724 §4.1), as the node's own file says it:
 * contrail-control, and so the configuration graph, knows nothing of the kind. It takes effect while the graph has
 * graceful restart enabled.
 *
 *   bgp:
 *     selection_deferral:
 *       seconds: 360              # at most; 0: not at all; default 360
 *       absent_seconds: 60        # neighbours without a session are waited for so long; default 60
 *       families: [inet, e-vpn]   # no others; default: all but route-target, which others wait for
 */
import { apiFamilyNames, familiesOf } from './families.js'
import type { FamilyName } from './settings.js'
import type { Section } from './yaml-section.js'

/** Times count from the start of the node. */
export interface SelectionDeferralSettings {
  readonly seconds: number
  readonly absentSeconds: number
  /** Undefined: all but route-target. */
  readonly families: readonly FamilyName[] | undefined
}

export const selectionDeferralKeys: readonly string[] = ['seconds', 'absent_seconds', 'families']

export const defaultSelectionDeferral: SelectionDeferralSettings = {
  seconds: 360,
  absentSeconds: 60,
  families: undefined
}

export function readSelectionDeferral(section: Section): SelectionDeferralSettings {
  const { seconds, absentSeconds } = defaultSelectionDeferral
  return {
    seconds: section.integer('seconds', 0, longest) ?? seconds,
    absentSeconds: section.integer('absent_seconds', 0, longest) ?? absentSeconds,
    families: section.has('families') ? familiesOf(section.texts('families', deferrable)) : undefined
  }
}

const deferrable = apiFamilyNames.filter(name => name !== 'route-target')
const longest = 3600
