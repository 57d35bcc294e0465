/**
 * How long what ordinary neighbours are told is held back after a start (RFC 4724 §4.1), as the node's own file says it:
 * contrail-control, and so the configuration graph, knows nothing of the kind. It takes effect while the graph has
 * graceful restart enabled.
 *
 *   bgp:
 *     selection_deferral:
 *       seconds: 360              # at most; 0: not at all; default 360
 *       absent_seconds: 60        # neighbours without a session are waited for so long; default: a fifth of the graph's
 *                                 # end_of_rib_timeout, the time in which the node's own OPENs say that it restarts
 *       families: [inet, e-vpn]   # no others; default: all but route-target, which others wait for
 */
import { apiFamilyNames, familiesOf } from './families.js'
import type { FamilyName } from './settings.js'
import type { Section } from './yaml-section.js'

/** Times count from the start of the node. */
export interface SelectionDeferralSettings {
  readonly seconds: number
  /** Undefined: as long as the node's own OPENs say that it restarts. */
  readonly absentSeconds: number | undefined
  /** Undefined: all but route-target. */
  readonly families: readonly FamilyName[] | undefined
}

export const selectionDeferralKeys: readonly string[] = ['seconds', 'absent_seconds', 'families']

export const defaultSelectionDeferral: SelectionDeferralSettings = {
  seconds: 360,
  absentSeconds: undefined,
  families: undefined
}

export function readSelectionDeferral(section: Section): SelectionDeferralSettings {
  return {
    seconds: section.integer('seconds', 0, longest) ?? defaultSelectionDeferral.seconds,
    absentSeconds: section.integer('absent_seconds', 0, longest),
    families: section.has('families') ? familiesOf(section.texts('families', deferrable)) : undefined
  }
}

const deferrable = apiFamilyNames.filter(name => name !== 'route-target')
const longest = 3600
