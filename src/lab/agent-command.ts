/** `weft lab agent`: simulated vRouter agents against a control node, until they are interrupted. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { CliError, type CliIo, ExitCode } from '../cli/io.js'
import { NodeScheduler } from '../runtime/node-scheduler.js'
import { NodeTransport } from '../runtime/node-transport.js'
import type { Endpoint } from '../runtime/transport.js'
import { LabAgent } from './agent.js'
import {
  ArgumentFault,
  type Publication,
  parsePublication,
  parseServer,
  parseSubscription,
  planAgents,
  type Subscription
} from './agent-arguments.js'
import { describeEvent, routesTable } from './agent-report.js'

interface AgentCommandOptions {
  readonly server: Endpoint
  readonly name: string
  readonly address?: string
  readonly nextHop: string
  readonly subscribe: readonly Subscription[]
  readonly publish: readonly Publication[]
  readonly primaryId?: number
  readonly count: number
  readonly holdTime: number
  readonly seconds?: number
  readonly quiet: boolean
}

export function registerAgent(lab: Command, io: CliIo): void {
  lab
    .command('agent')
    .description('Play vRouter agents: connect, subscribe, publish, and print what comes')
    .addOption(
      new Option('-s, --server <address:port>', 'the control node')
        .argParser(checked(parseServer))
        .default(parseServer('127.0.0.1:5269'), '127.0.0.1:5269')
    )
    .requiredOption('-n, --name <name>', 'name of the agent')
    .requiredOption('--next-hop <address>', 'its address in the underlay, next hop of what it publishes')
    .option('-a, --address <address>', 'local address to connect from')
    .option(
      '--subscribe <instance:id>',
      "an instance ('master' for the global one); repeatable",
      list(parseSubscription),
      []
    )
    .option('--publish <instance=prefix[:label]>', 'a route; repeatable', list(parsePublication), [])
    .option(
      '--primary-id <id>',
      'instance that the addresses published into master belong to',
      checked(wholeNumber)
    )
    .option(
      '--count <number>',
      'that many agents, with the next names, addresses and prefixes',
      checked(wholeNumber),
      1
    )
    .option('--hold-time <seconds>', 'give up a silent control node; 0: never', checked(wholeNumber), 90)
    .option('--seconds <number>', 'end after that long', checked(wholeNumber))
    .option('-q, --quiet', 'print tables at the end only', false)
    .addHelpText(
      'after',
      `
Example, with the node of examples/quick-start running:
  weft lab agent -n vr-02 -a 127.0.0.22 --next-hop 10.61.0.22 \\
    --subscribe default-domain:demo:red:red:21 --publish default-domain:demo:red:red=10.1.0.3/32:51`
    )
    .action(async (options: AgentCommandOptions) => {
      const agents = startAgents(options, io)
      await interrupted(options.seconds)
      io.out(routesTable(agents, options.subscribe.flatMap(bothFamilies), io.columns))
      for (const agent of agents) agent.stop()
      if (agents.every(agent => agent.statistics.sessions === 0)) {
        throw new CliError('no agent could connect', ExitCode.unreachable)
      }
    })
}

function startAgents(options: AgentCommandOptions, io: CliIo): LabAgent[] {
  const scheduler = new NodeScheduler()
  const transport = new NodeTransport()
  const { server, count, subscribe, publish, primaryId, holdTime } = options
  return planAgents({ ...options, publications: publish }, count).map(
    ({ name, address, nextHop, publications }) => {
      const agent = new LabAgent({
        scheduler,
        transport,
        server,
        name,
        nextHop,
        ...(address !== undefined && { localAddress: address }),
        holdTimeSeconds: holdTime,
        onEvent: event => {
          if (options.quiet) return
          const time = new Date(io.now()).toISOString().slice(11, 19)
          for (const line of describeEvent(event)) io.out(`${time}  ${name}  ${line}`)
        }
      })
      for (const { instance, id } of subscribe) agent.subscribe(instance, id)
      for (const { instance, route } of publications) {
        agent.publish(instance, primaryId === undefined ? route : { ...route, primaryInstanceId: primaryId })
      }
      agent.start()
      return agent
    }
  )
}

const bothFamilies = ({ instance: name }: Subscription) => [{ name }, { name, family: 'inet6' as const }]

const interrupted = (seconds: number | undefined): Promise<void> =>
  new Promise(resolve => {
    if (seconds !== undefined) setTimeout(resolve, seconds * 1000)
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new ArgumentFault(`'${text}' is no whole number`)
  return Number(text)
}

const checked =
  <T>(parse: (text: string) => T) =>
  (text: string): T => {
    try {
      return parse(text)
    } catch (error) {
      if (error instanceof ArgumentFault) throw new InvalidArgumentError(error.message)
      throw error
    }
  }

const list = <T>(parse: (text: string) => T) => {
  const one = checked(parse)
  return (text: string, before: readonly T[]): readonly T[] => [...before, one(text)]
}
