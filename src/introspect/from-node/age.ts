import type { Scheduler } from '../../runtime/scheduler.js'

/** Whole milliseconds from then to now, on the clock of the scheduler. */
export const ageMs = (scheduler: Scheduler, since: number | undefined): number | undefined =>
  since === undefined ? undefined : Math.round(scheduler.now() - since)
