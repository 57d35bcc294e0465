/** How long a session waits before it tries again (spec bgp 5.2). Milliseconds, from seconds in the settings. */
import type { SessionSettings } from './settings.js'

/** Before the dial that follows `retries` dials without success: 50 ms, 1 s, 2, 4, 8, 16, 30, 30 …, -10 to +7 %. */
export function connectRetryMilliseconds(
  settings: Pick<SessionSettings, 'connectRetrySeconds' | 'maximumConnectRetrySeconds'>,
  retries: number,
  random: () => number
): number {
  const { connectRetrySeconds: first, maximumConnectRetrySeconds: most } = settings
  const seconds = retries === 0 ? first : Math.min(most, 2 ** (retries - 1))
  return seconds * 1000 * (0.9 + 0.17 * random())
}

/** How long a dial may take: as long as the pause after it, but never so short that a loaded path cannot make it. */
export function connectTimeoutMilliseconds(
  settings: Pick<SessionSettings, 'connectRetrySeconds' | 'maximumConnectRetrySeconds'>,
  retries: number,
  random: () => number
): number {
  return Math.max(5000, connectRetryMilliseconds(settings, retries, random))
}

/** The idle hold after a loss, given the one before it: doubled when the session had hardly been up. */
export function idleHoldMilliseconds(
  settings: Pick<SessionSettings, 'idleHoldSeconds' | 'maximumIdleHoldSeconds'>,
  before: number,
  wasUpBriefly: boolean
): number {
  const first = settings.idleHoldSeconds * 1000
  if (!wasUpBriefly) return first
  return Math.min(Math.max(first, before * 2), settings.maximumIdleHoldSeconds * 1000)
}

/** RFC 4271 §10: 75 to 100 % of the interval, so that thousands of sessions do not speak in step. */
export function jitteredKeepaliveMilliseconds(seconds: number, random: () => number): number {
  return seconds * 1000 * (1 - 0.25 * random())
}
