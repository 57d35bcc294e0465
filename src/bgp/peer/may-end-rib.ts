import type { GlobalSettings } from '../../config/settings.js'
import type { Family } from '../wire/family.js'
import { startingMilliseconds } from './peer-settings.js'

/** How far the start of the node is. */
export interface StartProgress {
  /** Undefined: not known yet. */
  readonly globals: GlobalSettings | undefined
  /** The whole configuration has been read. */
  readonly configured: boolean
  readonly uptimeMs: number
}

/**
 * Whether the node's start lets an End-of-RIB of `family` go out in a session that is up for `sessionMs` (spec bgp
 * 13.2): until the node has settled, it would make helpers drop what is still to come.
 */
export function mayEndRib(
  family: Family,
  sessionMs: number,
  { globals, configured, uptimeMs }: StartProgress
): boolean {
  if (globals === undefined) return false
  const { enabled, endOfRibTimeoutSeconds } = globals.gracefulRestart
  if (sessionMs >= endOfRibTimeoutSeconds * 1000 || uptimeMs >= startingMilliseconds(globals)) return true
  if (!configured || enabled) return false
  // Rule 6: agents and peers have had time to say what they want.
  return family.name !== 'route-target' || uptimeMs >= endOfRibTimeoutSeconds * 20
}
