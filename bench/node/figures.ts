/** What the probe in the node tells about the time between `begin` and `end`. */
export interface NodeFigures {
  readonly loopP50Ms: number
  readonly loopP99Ms: number
  readonly loopMaxMs: number
  readonly garbageMs: number
  readonly longestGarbageMs: number
  readonly heapMiB: number
}
