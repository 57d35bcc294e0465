/**
 * One agent as a process of its own, so that it can be stopped in its tracks: `agent-process.ts JSON`, the JSON being
 * an `AgentOrder`. It runs until it is ended.
 */
import { LabAgent } from '../../src/lab/agent.js'
import type { PublishedRoute } from '../../src/lab/agent-text.js'
import { NodeScheduler } from '../../src/runtime/node-scheduler.js'
import { NodeTransport } from '../../src/runtime/node-transport.js'

export interface AgentOrder {
  readonly name: string
  readonly address: string
  readonly nextHop: string
  readonly server: { readonly address: string; readonly port: number }
  readonly holdTimeSeconds: number
  readonly subscriptions: readonly { readonly instance: string; readonly id: number }[]
  readonly routes: readonly { readonly instance: string; readonly route: PublishedRoute }[]
}

const order = JSON.parse(process.argv[2] ?? '{}') as AgentOrder
const { name, address, nextHop, server, holdTimeSeconds } = order
const agent = new LabAgent({
  scheduler: new NodeScheduler(),
  transport: new NodeTransport(),
  name,
  server,
  localAddress: address,
  nextHop,
  holdTimeSeconds
})
for (const { instance, id } of order.subscriptions) agent.subscribe(instance, id)
for (const { instance, route } of order.routes) agent.publish(instance, route)
agent.start()
