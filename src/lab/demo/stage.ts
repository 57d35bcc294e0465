/** Where the demonstration plays: a copy of examples/quick-start, and the node that runs it. */
import { cp, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseDocument } from 'yaml'
import { CliError, type CliIo, ExitCode } from '../../cli/io.js'
import { type NodeFactory, startNode, stopNode } from '../../cli/run.js'
import { type NodeConfig, parseNodeConfig } from '../../config/node-config.js'
import { printProblem } from '../../config-store/config-store.js'
import type { Endpoint } from '../../runtime/transport.js'

const example = fileURLToPath(new URL('../../../examples/quick-start/', import.meta.url))

export interface Stage {
  /** The copy: files in its `objects` may be changed while the node runs. */
  readonly folder: string
  readonly bgp: Endpoint
  readonly xmpp: Endpoint
  /** Where the router is expected. */
  readonly edge: Endpoint
  readonly introspect: Endpoint
  stop(): Promise<void>
}

/** Copies the example and starts its node; ports that are taken are replaced by free ones. */
export async function setStage(folder: string, io: CliIo, makeNode: NodeFactory): Promise<Stage> {
  await cp(example, folder, { recursive: true })
  const nodeFile = join(folder, 'weft.yaml')
  const routersFile = join(folder, 'objects', 'routers.yaml')
  const bgp = await freeEndpoint('127.0.0.1', 1179)
  const xmpp = await freeEndpoint('127.0.0.1', 5269)
  const introspect = await freeEndpoint('127.0.0.1', 8083)
  const edge = await freeEndpoint('127.0.0.2', 1179)
  await editYaml(nodeFile, [
    [['bgp', 'port'], bgp.port],
    [['xmpp', 'port'], xmpp.port],
    [['introspect', 'port'], introspect.port]
  ])
  await editPorts(routersFile, { 'cn-a': bgp.port, edge: edge.port })
  const { config, problems } = parseNodeConfig(nodeFile, await readFile(nodeFile, 'utf8'))
  if (config === undefined)
    throw new CliError(problems.map(problem => printProblem(problem)).join('\n'), ExitCode.cannotStart)
  const quiet: NodeConfig = { ...config, log: { level: 'silent', format: 'json' } }
  const running = await startNode(quiet, { ...io, error: () => {} }, makeNode)
  return { folder, bgp, xmpp, edge, introspect, stop: () => stopNode(running) }
}

/** Adds, or takes out, the lines that let red and blue talk, as a person would do in an editor. */
export async function setPolicy(folder: string, connected: boolean): Promise<void> {
  const original = await readFile(join(example, 'objects', 'tenants.yaml'), 'utf8')
  const text = connected ? original : original.replace(connection, '')
  await writeFile(join(folder, 'objects', 'tenants.yaml'), text)
}

const connection = /^ {2}routing_instance_refs:\n(?: {4}.*\n)+/gm

async function editYaml(
  file: string,
  changes: readonly (readonly [readonly string[], unknown])[]
): Promise<void> {
  const document = parseDocument(await readFile(file, 'utf8'))
  for (const [path, value] of changes) document.setIn(path, value)
  await writeFile(file, document.toString())
}

/** The ports of bgp_router objects, by the last part of their names. */
async function editPorts(file: string, ports: Readonly<Record<string, number>>): Promise<void> {
  const document = parseDocument(await readFile(file, 'utf8'))
  const objects = document.toJS() as { type: string; fq_name: string[] }[]
  for (const [i, { type, fq_name: name }] of objects.entries()) {
    const port = type === 'bgp_router' ? ports[name.at(-1) ?? ''] : undefined
    if (port !== undefined) document.setIn([i, 'bgp_router_parameters', 'port'], port)
  }
  await writeFile(file, document.toString())
}

/** That port if nobody listens on it, otherwise any free one. */
async function freeEndpoint(address: string, preferred: number): Promise<Endpoint> {
  const port = (await canListen(address, preferred)) ?? (await canListen(address, 0))
  if (port === undefined) throw new CliError(`cannot listen on ${address}`, ExitCode.cannotStart)
  return { address, port }
}

const canListen = (address: string, port: number): Promise<number | undefined> =>
  new Promise(resolve => {
    const server = createServer().once('error', () => resolve(undefined))
    server.listen(port, address, () => {
      const bound = server.address()
      server.close(() => resolve(typeof bound === 'object' && bound !== null ? bound.port : undefined))
    })
  })
