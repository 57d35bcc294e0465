/** How long the generator's own event loop stood still: what it sees late may have come in time. */
import { monitorEventLoopDelay } from 'node:perf_hooks'

const delay = monitorEventLoopDelay({ resolution: 5 })
delay.enable()

export const beginOwnDelay = (): void => delay.reset()

export const ownDelayMs = (): number => Math.max(0, delay.max / 1e6 - 5)
