/** One run: a fresh daemon, a fresh load, and what both tell. */
import { type ChildProcess, spawn } from 'node:child_process'
import { bgpPort, built } from './build.js'
import { agentHoldSeconds, type Daemon, Running, xmppPort } from './daemons.js'
import { cpuSeconds, peakMiB } from './load/process-figures.js'
import type {
  AgentLoadOptions,
  AgentLoadResult,
  BgpLoadOptions,
  BgpLoadResult,
  FromLoad
} from './load/protocol.js'
import type { NodeFigures } from './node/figures.js'
import type { AgentScenario, BgpScenario, Scenario } from './scenarios.js'

export interface AgentResult extends AgentLoadResult {
  readonly cpu: number
  readonly peakMiB: number
}

export interface Measured {
  readonly bgp?: BgpLoadResult
  readonly agents?: AgentResult
  /** By phase; of Weft alone. */
  readonly node: Readonly<Record<string, NodeFigures>>
}

export interface MeasureOptions {
  readonly folder: string
  /** Of the load, for agents. */
  readonly processes?: number
}

const defaultTimeoutSeconds = 300

export async function measure(
  daemon: Daemon,
  scenario: Scenario,
  options: MeasureOptions
): Promise<Measured | { readonly failed: string }> {
  let running: Running | undefined
  try {
    running = await Running.start(daemon, options.folder, scenario)
    return scenario.kind === 'bgp'
      ? await measureBgp(daemon, running, scenario)
      : await measureAgents(running, scenario, options.processes ?? scenario.load.processes)
  } catch (error) {
    return { failed: `${(error as Error).message} ${running?.log.slice(-500) ?? ''}` }
  } finally {
    await running?.stop()
  }
}

async function measureBgp(daemon: Daemon, running: Running, scenario: BgpScenario): Promise<Measured> {
  const load: BgpLoadOptions = {
    ...scenario.load,
    // 7.7 counts withdrawn VPN routes and keeps them (RESULTS.md).
    withdraw: scenario.load.withdraw && !(daemon.name === 'openbgpd' && scenario.load.family === 'vpnv4'),
    port: bgpPort,
    holdSeconds: daemon.holdSeconds,
    timeoutSeconds: scenario.timeoutSeconds ?? defaultTimeoutSeconds,
    pids: running.pids
  }
  const node: Record<string, NodeFigures> = {}
  const child = startLoad('bgp-load', load)
  for (;;) {
    const message = await nextOf(child)
    if (message.kind === 'failed') throw new Error(message.what)
    if (message.kind === 'bgp') return { bgp: message.result, node }
    await notePhase(running, message, node)
    child.send('go')
  }
}

async function measureAgents(
  running: Running,
  scenario: AgentScenario,
  processes: number
): Promise<Measured> {
  const { agents, routes } = scenario.load
  const share = agents / processes
  const children = Array.from({ length: processes }, (_, i) => {
    const load: AgentLoadOptions = {
      port: xmppPort,
      first: i * share,
      agents: share,
      allAgents: agents,
      routes,
      holdSeconds: agentHoldSeconds,
      timeoutSeconds: scenario.timeoutSeconds ?? defaultTimeoutSeconds
    }
    return startLoad('agent-load', load)
  })
  const node: Record<string, NodeFigures> = {}
  let cpu = 0
  // Everyone is asked the same, and goes on when all have answered.
  for (;;) {
    const messages = await Promise.all(children.map(nextOf))
    const failed = messages.find(message => message.kind === 'failed')
    if (failed !== undefined) {
      for (const child of children) child.kill('SIGKILL')
      throw new Error(failed.what)
    }
    const results = messages.flatMap(message => (message.kind === 'agents' ? [message.result] : []))
    if (results.length > 0)
      return { agents: { ...together(results), cpu, peakMiB: peakMiB(running.pids) }, node }
    const [first] = messages
    cpu = first!.kind === 'begin' ? cpuSeconds(running.pids) : cpuSeconds(running.pids) - cpu
    await notePhase(running, first!, node)
    for (const child of children) child.send('go')
  }
}

function together(results: readonly AgentLoadResult[]): AgentLoadResult {
  const sum = (of: (result: AgentLoadResult) => number): number =>
    results.reduce((n, each) => n + of(each), 0)
  const most = (of: (result: AgentLoadResult) => number): number => Math.max(...results.map(of))
  return {
    items: sum(each => each.items),
    seconds: most(each => each.seconds),
    bytes: sum(each => each.bytes),
    loadCpu: sum(each => each.loadCpu),
    keepaliveLateMs: most(each => each.keepaliveLateMs),
    loadLoopMaxMs: most(each => each.loadLoopMaxMs),
    missing: sum(each => each.missing),
    duplicates: sum(each => each.duplicates)
  }
}

async function notePhase(
  running: Running,
  message: FromLoad,
  node: Record<string, NodeFigures>
): Promise<void> {
  if (message.kind === 'begin') running.beginProbe()
  if (message.kind !== 'end') return
  const figures = await running.endProbe()
  if (figures !== undefined) node[message.phase] = figures
}

const startLoad = (program: string, options: object): ChildProcess =>
  spawn(
    process.execPath,
    ['--max-old-space-size=8192', built(`bench/load/${program}.js`), JSON.stringify(options)],
    {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc']
    }
  )

const nextOf = (child: ChildProcess): Promise<FromLoad> =>
  new Promise(resolve => {
    const ended = (): void => resolve({ kind: 'failed', what: 'the load ended' })
    child.once('exit', ended)
    child.once('message', message => {
      child.off('exit', ended)
      resolve(message as FromLoad)
    })
  })
