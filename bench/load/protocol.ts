/** What the runner tells a load generator, and what it answers: JSON, over the channel of a child process. */
import type { LoadShape } from './updates.js'

export interface BgpLoadOptions extends LoadShape {
  readonly port: number
  readonly receivers: number
  readonly holdSeconds: number
  readonly timeoutSeconds: number
  readonly withdraw: boolean
  /** Of the daemon: their CPU and memory are taken at the edges of each phase. */
  readonly pids: readonly number[]
  /** Instead of withdrawing: changes per second, and for how long. */
  readonly churn?: { readonly perSecond: number; readonly seconds: number }
}

export interface AgentLoadOptions {
  readonly port: number
  readonly agents: number
  /** This process plays `agents[first..first + agents)` of all. */
  readonly first: number
  readonly allAgents: number
  readonly routes: number
  readonly holdSeconds: number
  readonly timeoutSeconds: number
}

export interface PhaseFigures {
  readonly seconds: number
  readonly cpu: number
  /** Of the generator itself. */
  readonly loadCpu: number
  /** Of the machine beside daemon and generator. */
  readonly otherCpu: number
  readonly deliveries: number
  /** All receivers, in and out of the phase. */
  readonly updates: number
  readonly peakMiB: number
  readonly keepaliveLateMs: number
  /** Longest turn of the generator: lateness below it may be its own. */
  readonly loadLoopMaxMs: number
}

export interface ChurnFigures {
  readonly seconds: number
  readonly cpu: number
  readonly changes: number
  readonly delivered: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

export interface BgpLoadResult {
  readonly announce: PhaseFigures
  readonly withdraw?: PhaseFigures
  readonly churn?: ChurnFigures
  readonly duplicates: number
  readonly wrong: number
  readonly settledMiB: number
  /** Before the first route. */
  readonly emptyMiB: number
}

export interface AgentLoadResult {
  readonly items: number
  readonly seconds: number
  readonly bytes: number
  readonly loadCpu: number
  readonly keepaliveLateMs: number
  /** Longest turn of the generator: lateness below it may be its own. */
  readonly loadLoopMaxMs: number
  readonly missing: number
  readonly duplicates: number
}

/** `ready`: all sessions are up, `go` is awaited. `phase`: one begins or ends, `go` is awaited. */
export type FromLoad =
  | { readonly kind: 'ready' }
  | { readonly kind: 'begin' | 'end'; readonly phase: string }
  | { readonly kind: 'failed'; readonly what: string }
  | { readonly kind: 'bgp'; readonly result: BgpLoadResult }
  | { readonly kind: 'agents'; readonly result: AgentLoadResult }

export const tell = (message: FromLoad): void => void process.send!(message)

/** Resolves at the runner's next `go`. */
export const go = (): Promise<void> => new Promise(resolve => process.once('message', () => resolve()))

/** Tells and waits for the answer. */
export function ask(message: FromLoad): Promise<void> {
  const answer = go()
  tell(message)
  return answer
}

export function fail(error: unknown): never {
  tell({ kind: 'failed', what: error instanceof Error ? error.message : String(error) })
  process.disconnect()
  process.exit(1)
}

export const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))
