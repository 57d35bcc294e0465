/**
 * `weft run`: one control node in the foreground, until a signal: SIGTERM, after which neighbours may expect it back, or
 * SIGINT, which is for good (spec bgp 6.3).
 */
import { relative } from 'node:path'
import type { Command } from 'commander'
import { type NodeConfig, parseNodeConfig } from '../config/node-config.js'
import { printProblem } from '../config-store/config-store.js'
import { readTextFile } from '../config-store/text-file.js'
import { IntrospectServer } from '../introspect/introspect-server.js'
import type { NodeOperations } from '../introspect/operations.js'
import type { NodeView } from '../introspect/view.js'
import { CliError, type CliIo, ExitCode } from './io.js'
import { addLastResort } from './last-resort.js'
import { type ReloadOwner, reloadOnHangUp } from './reload.js'

/** What `run` needs of a control node. */
export interface RunnableNode {
  readonly view: NodeView
  /** Absent: nothing can be done to it over HTTP. */
  readonly operations?: NodeOperations
  readonly log: ReloadOwner['log'] & { warn(details: object, message: string): void }
  /** Resolves when the store has been read for the first time and the sockets listen. */
  start(): Promise<void>
  /** Applies what may change while the node runs. */
  reconfigure(config: NodeConfig): void
  /** Ends sessions in order; resolves when they are closed. */
  stop(ending: Ending): Promise<void>
}

/** `restart`: the node comes back soon, or may. */
export type Ending = 'restart' | 'for-good'

export type NodeFactory = (config: NodeConfig) => RunnableNode

/** After a signal the process ends within this time, come what may. */
const stopWithinMs = 2000

export function registerRun(
  program: Command,
  io: CliIo,
  makeNode: NodeFactory,
  rehearse: () => Promise<unknown> = async () => {}
): void {
  program
    .command('run')
    .description('Run a control node until SIGTERM or SIGINT')
    .requiredOption('-c, --config <file>', "the node's configuration file")
    .action(async ({ config: file }: { config: string }) => {
      const settings = await readConfig(file)
      const node = makeNode(settings)
      let removeLastResort = (): void => {}
      // By default the signal would end a node that starts.
      const reloading = reloadOnHangUp(settings, {
        log: node.log,
        read: async () => {
          await started
          return readConfig(file)
        },
        apply: config => node.reconfigure(config)
      })
      const start = async (): Promise<Running> => {
        await rehearseFirst(rehearse, node.log)
        removeLastResort = addLastResort(node.log, io)
        return startNode(settings, io, () => node)
      }
      const started = start()
      try {
        const running = await started
        const ending = await signalled()
        reloading.end()
        io.endWithin(stopWithinMs)
        await stopNode(running, ending)
      } finally {
        reloading.remove()
        removeLastResort()
      }
    })
}

/** The node is slower at first without a rehearsal, and good all the same: what fails in one, even in a timer, is told. */
async function rehearseFirst(rehearse: () => Promise<unknown>, log: RunnableNode['log']): Promise<void> {
  let failed = (_error: unknown): void => {}
  const failure = new Promise<never>((_, reject) => {
    failed = reject
  })
  process.on('uncaughtException', failed)
  try {
    await Promise.race([rehearse(), failure])
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
    log.warn({ reason }, 'the rehearsal before the start has failed: the node starts without it')
  } finally {
    process.off('uncaughtException', failed)
  }
}

async function readConfig(file: string): Promise<NodeConfig> {
  let text: string
  try {
    text = await readTextFile(file)
  } catch (error) {
    throw new CliError(`${file}: ${(error as Error).message}`, ExitCode.cannotStart)
  }
  const { config, problems } = parseNodeConfig(file, text)
  if (config === undefined) {
    const first = problems.map(problem => printProblem(problem)).join('\n')
    throw new CliError(`unusable configuration\n${first}`, ExitCode.cannotStart)
  }
  return config
}

interface Running {
  readonly node: RunnableNode
  readonly introspect: IntrospectServer
}

/** Starts the node and its HTTP server, and says where they listen; what cannot start takes the rest down again. */
export async function startNode(config: NodeConfig, io: CliIo, makeNode: NodeFactory): Promise<Running> {
  const node = makeNode(config)
  const { address, port, operations: from, testMode } = config.introspect
  const introspect = new IntrospectServer({
    view: node.view,
    ...(address !== undefined && { address }),
    port,
    log: node.log,
    ...(node.operations !== undefined && { operations: { operations: node.operations, from, testMode } })
  })
  try {
    await node.start()
    const bound = await introspect.start()
    const host = reachable(bound.address)
    const at = `${host.includes(':') ? `[${host}]` : host}:${bound.port}`
    const { bgpListen, bgpListeners, xmppListen } = node.view.process.node()
    const missing = bgpListeners.filter(({ isOpen }) => !isOpen)
    io.error(
      [
        `${config.hostname} is running.`,
        ...(bgpListen === undefined ? [] : [`  BGP         ${bgpListen}`]),
        ...missing.map(({ address, error }) => `              not yet ${address}, tried again: ${error}`),
        ...(xmppListen === undefined ? [] : [`  XMPP        ${xmppListen}`]),
        `  introspect  http://${at}/    operators' page http://${at}/ui`,
        `Try: ${commandName()} ctr status${host === '127.0.0.1' ? '' : ` --host ${host}`}${bound.port === 8083 ? '' : ` --port ${bound.port}`}`
      ].join('\n')
    )
    return { node, introspect }
  } catch (error) {
    await stopNode({ node, introspect })
    throw new CliError(`cannot start: ${(error as Error).message}`, ExitCode.cannotStart)
  }
}

/** An address that a client can use where the server listens on all. */
const reachable = (address: string): string =>
  address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address

export async function stopNode({ node, introspect }: Running, ending: Ending = 'for-good'): Promise<void> {
  const limit = new Promise<void>(resolve => setTimeout(resolve, stopWithinMs).unref())
  await Promise.race([Promise.all([node.stop(ending), introspect.stop()]), limit])
}

/** How to call this program from here: by its name where it is installed, else as it was called. */
function commandName(): string {
  const script = process.argv[1] ?? ''
  return script.endsWith('.js') ? `node ${relative(process.cwd(), script) || script}` : 'weft'
}

const signalled = (): Promise<Ending> =>
  new Promise(resolve => {
    process.once('SIGTERM', () => resolve('restart'))
    process.once('SIGINT', () => resolve('for-good'))
  })
