import type { Scheduler } from '../../runtime/scheduler.js'
import type { TraceRing } from '../../runtime/trace-ring.js'
import type { Log } from './handler.js'

/** A log that also keeps what it is told, debug messages included, in a ring for introspect. */
export function tracedLog(log: Log, ring: TraceRing<LogLine>, scheduler: Scheduler): Log {
  const trace =
    (level: keyof Log) =>
    (fields: object, message: string): void => {
      ring.add(scheduler.wallClock(), 'BgpTrace', { level, fields, message })
      log[level](fields, message)
    }
  return { info: trace('info'), warn: trace('warn'), debug: trace('debug') }
}

export interface LogLine {
  readonly level: string
  readonly fields: object
  readonly message: string
}
