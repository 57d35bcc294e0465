/** `weft config …`: what is wrong with a configuration, and what it would do to a node. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { parseDocuments } from '../config-store/config-document.js'
import { type ConfigProblem, printProblem } from '../config-store/config-store.js'
import { listFolder } from '../config-store/folder.js'
import { readTextFile } from '../config-store/text-file.js'
import { type Configuration, changesBetween } from '../dry-run/config-changes.js'
import type { NodeChanges, Proposal } from '../dry-run/node-dry-run.js'
import { NodeScheduler } from '../runtime/node-scheduler.js'
import type { Scheduler } from '../runtime/scheduler.js'
import { ApiClient, type NodeAddress } from './api-client.js'
import { changesText } from './config-changes-text.js'
import { checkConfig } from './config-check.js'
import { CliError, type CliIo, ExitCode } from './io.js'

interface CheckOptions {
  readonly against?: string
  readonly node?: NodeAddress
  readonly json?: boolean
}

export function registerConfig(program: Command, io: CliIo): void {
  const config = program.command('config').description('Configuration files')
  config
    .command('check')
    .description('Everything that is wrong with the configuration of a node, and what it would do to one')
    .argument('<file>', "the node's configuration file")
    .option('--against <file>', 'what would become of a node that runs with that configuration')
    .addOption(
      new Option('--node <host[:port]>', 'what would become of that node, and of its sessions that are up')
        .argParser(parseNode)
        .conflicts('against')
    )
    .option('--json', 'with --against or --node, for programs')
    .action(async (file: string, { against, node, json }: CheckOptions) => {
      const scheduler = new NodeScheduler()
      const next = await checked(file, scheduler, io)
      if (against === undefined && node === undefined) {
        io.out(`${file}: good, ${next.objects.length} objects`)
        return
      }
      const changes =
        node === undefined
          ? await changesBetween(await checked(against!, scheduler, io), next, scheduler)
          : await askNode(node, file, next, io)
      io.out(json === true ? JSON.stringify(changes, undefined, 2) : changesText(changes, io.columns))
    })
}

async function checked(file: string, scheduler: Scheduler, io: CliIo): Promise<Configuration> {
  const { config, objects, problems, isGood } = await checkConfig(file, scheduler)
  for (const problem of problems) io.error(printProblem(problem))
  if (config === undefined || !isGood)
    throw new CliError(`${file}: the configuration has errors`, ExitCode.negative)
  return { config, objects }
}

/** The node looks at everything once more, as it is the one that would have to live with it. */
async function askNode(
  address: NodeAddress,
  file: string,
  { config }: Configuration,
  io: CliIo
): Promise<NodeChanges> {
  const proposal: Proposal = {
    node: await readTextFile(file),
    objects: await objectsIn(config.store.path)
  }
  const changes = await new ApiClient(address).submit<NodeChanges>('config/check', proposal)
  // Those of objects have been told, with file and line.
  const isNew = ({ file }: ConfigProblem): boolean => file === 'node'
  for (const warning of changes.warnings.filter(isNew)) io.error(printProblem({ ...warning, file }))
  return changes
}

/** As they are written, in order of file. */
async function objectsIn(folder: string): Promise<unknown[]> {
  const objects: unknown[] = []
  for (const path of (await listFolder(folder)).files.keys()) {
    const documents = parseDocuments(await readTextFile(path))
    for (const document of documents) if ('value' in document) objects.push(...[document.value].flat())
  }
  return objects
}

const usualPort = 8083

/** `cn-a`, `cn-a:8083`, `192.0.2.1`, `[2001:db8::1]:8083`, `2001:db8::1`. */
function parseNode(text: string): NodeAddress {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  const host = bracketed ?? plain ?? (text.split(':').length > 2 ? text : undefined)
  const port = digits === undefined ? usualPort : Number(digits)
  if (host === undefined || port < 1 || port > 65535)
    throw new InvalidArgumentError('A node is named as HOST, HOST:PORT or [IPv6]:PORT.')
  return { host, port }
}
