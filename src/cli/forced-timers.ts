/**
 * Timers that contrail-control takes from its environment before anything that is configured, so that rigs written
 * for it work here too (spec bgp 5.2): `BGP_KEEPALIVE_SECONDS`, a third of the hold time, and
 * `CONTRAIL_BGP_IDLE_HOLD_TIME_MSECS`, the first pause after a loss.
 */
import type { ForcedTimers } from '../bgp/session/settings.js'
import { CliError, ExitCode } from './io.js'

export function forcedTimers(environment: Readonly<Record<string, string | undefined>>): ForcedTimers {
  const keepaliveSeconds = number(environment, 'BGP_KEEPALIVE_SECONDS', 21_845)
  const idleHoldMs = number(environment, 'CONTRAIL_BGP_IDLE_HOLD_TIME_MSECS', 100_000)
  return {
    ...(keepaliveSeconds !== undefined && { holdTimeSeconds: keepaliveSeconds * 3 }),
    ...(idleHoldMs !== undefined && { idleHoldSeconds: idleHoldMs / 1000 })
  }
}

/** Empty and absent are the same. */
function number(
  environment: Readonly<Record<string, string | undefined>>,
  name: string,
  most: number
): number | undefined {
  const text = environment[name] ?? ''
  if (text === '') return undefined
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value
  throw new CliError(`${name} is '${text}' and not a number from 1 to ${most}`, ExitCode.cannotStart)
}
