/**
 * Loaded in front of the node (`node --import`): measures the delay of its event loop and tells it to the parent
 * process when asked, over the channel that Node.js gives to a child.
 */
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks'
import type { NodeFigures } from './figures.js'

const resolutionMs = 5
const delay = monitorEventLoopDelay({ resolution: resolutionMs })
let garbageMs = 0
let longestGarbageMs = 0
new PerformanceObserver(list => {
  for (const { duration } of list.getEntries()) {
    garbageMs += duration
    longestGarbageMs = Math.max(longestGarbageMs, duration)
  }
}).observe({ entryTypes: ['gc'] })

process.on('message', message => {
  if (message === 'begin') {
    delay.reset()
    delay.enable()
    garbageMs = longestGarbageMs = 0
  } else if (message === 'end') {
    delay.disable()
    // The histogram has the intervals between samples in it, nanoseconds.
    const lateMs = (ns: number): number => Math.max(0, ns / 1e6 - resolutionMs)
    const figures: NodeFigures = {
      loopP50Ms: lateMs(delay.percentile(50)),
      loopP99Ms: lateMs(delay.percentile(99)),
      loopMaxMs: lateMs(delay.max),
      garbageMs,
      longestGarbageMs,
      heapMiB: process.memoryUsage().heapUsed / 2 ** 20
    }
    process.send?.(figures)
  }
})
process.channel?.unref()
